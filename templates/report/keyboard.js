// Single keys, for those who want them, and the page that lists them.
"use strict";

rackwright.keyboard = (() => {
  const { html } = rackwright.elements;
  const { remember, remembered } = rackwright.theme;
  const KEY = "rackwright-keys";
  const KEYS = [
    ["/", "search"],
    ["u", "up: rack, unit, hall, site"],
    ["[", "the one before: rack, unit, hall"],
    ["]", "the next one"],
    ["t", "colours: system, light, dark"],
    ["?", "this list"],
    ["arrows", "inside an elevation, a floor or a fabric: from one thing to the next"],
    ["Enter", "open it"],
  ];
  let isOn = remembered(KEY) !== "off";

  const dialog = html(
    "dialog",
    { "aria-labelledby": "keys-title" },
    html("h2", { id: "keys-title" }, "Keys"),
    html(
      "dl",
      { class: "facts" },
      KEYS.map(([key, text]) => [html("dt", {}, html("kbd", {}, key)), html("dd", {}, text)]),
    ),
    html(
      "p",
      {},
      html(
        "label",
        {},
        html("input", {
          type: "checkbox",
          checked: isOn,
          onchange: (event) => {
            isOn = event.currentTarget.checked;
            remember(KEY, isOn ? "on" : "off");
          },
        }),
        " Single keys act",
      ),
    ),
    html("form", { method: "dialog" }, html("button", {}, "Close")),
  );

  const open = () => dialog.showModal();
  const find = () => document.getElementById("find");

  const pressed = (event, { up, before, next }) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (typing || !isOn || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      "/": () => find().focus(),
      "?": open,
      "[": before,
      "]": next,
      t: rackwright.theme.change,
      u: up,
    };
    if (!(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  };

  const start = (ways) => {
    document.body.append(dialog);
    document.getElementById("keys").addEventListener("click", open);
    document.addEventListener("keydown", (event) => pressed(event, ways));
  };

  return { start };
})();
