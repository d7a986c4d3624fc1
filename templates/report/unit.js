// A scalable unit: its racks side by side, to scale.
"use strict";

rackwright.unit = (() => {
  const { html, table } = rackwright.elements;
  const { SIGNS, changesOf, kilowatt, many, mono, rack, stateOf, strongest, word } =
    rackwright.words;
  const { elevation } = rackwright;
  const UNIT = 11;
  const SHOWN = {
    serial: ["serial", (device) => device.serial],
    bmc: ["BMC address", (device) => device.bmcAddress],
    mac: ["BMC MAC", (device) => device.bmcMac],
    host: ["host address", (device) => device.address],
  };
  let shown = "serial";

  const figure = (each, devices, switches, top) => {
    const changes = changesOf(each.name).filter((change) => !change.label);
    const state = stateOf(each);
    return html(
      "figure",
      {},
      html(
        "figcaption",
        {},
        rack(each.name),
        html(
          "span",
          { class: "state" },
          state === "installed" ? html("span", { class: "muted" }, each.pool) : word(state),
          changes.length
            ? [
                " ",
                html(
                  "span",
                  {
                    class: `word ${strongest(changes)}`,
                    title: changes.map((one) => one.text).join("\n"),
                  },
                  `${SIGNS[strongest(changes)]} ${strongest(changes)}`,
                ),
              ]
            : null,
          switches.length
            ? html("span", { class: "muted" }, ` + ${many(switches.length, "switch", "switches")}`)
            : null,
        ),
      ),
      elevation.rack(each.name, [...devices, ...elevation.placed(switches)], {
        unit: UNIT,
        top,
        shown: (device) => SHOWN[shown][1](device) ?? "",
      }),
    );
  };

  const choice = (redraw) =>
    html(
      "div",
      { class: "choice", role: "group", "aria-label": "On the trays" },
      html("span", { class: "muted", "aria-hidden": "true" }, "On the trays:"),
      Object.entries(SHOWN).map(([key, [text]]) =>
        html(
          "button",
          {
            type: "button",
            "aria-pressed": String(key === shown),
            onclick: (event) => {
              shown = key;
              for (const button of event.currentTarget.parentElement.querySelectorAll("button")) {
                button.setAttribute("aria-pressed", String(button === event.currentTarget));
              }
              redraw();
            },
          },
          text,
        ),
      ),
    );

  const drawn = (racks, unit) => {
    const here = new Set(racks.map((each) => each.name));
    const beside = unit.switches.filter((each) => here.has(each.rack));
    const top = elevation.highest(
      racks.map((each) => each.kind),
      beside,
    );
    const devices = rackwright.data.grouped(unit.devices, (device) => device.rack);
    const switches = rackwright.data.grouped(beside, (each) => each.rack);
    return racks.map((each) =>
      figure(each, devices.get(each.name) ?? [], switches.get(each.name) ?? [], top),
    );
  };

  const gone = (name, racks) => {
    const here = new Set(racks.map((each) => each.name));
    const all = rackwright.data
      .site()
      .changes.filter(
        (change) =>
          change.kind === "removed" &&
          !change.label &&
          change.unit === name &&
          !here.has(change.rack),
      );
    return all.length
      ? html(
          "p",
          {},
          word("removed", `${SIGNS.removed} removed`),
          " ",
          all.map((change) => change.rack).join(", "),
        )
      : null;
  };

  const one = async ([name]) => {
    const { racksOf, hallOf, unitsOf } = rackwright.data.lookUp();
    if (!hallOf.has(name)) return null;
    const hall = hallOf.get(name);
    const racks = racksOf.get(name) ?? [];
    const unit = await rackwright.data.load(`unit/${name}`);
    const row = html(
      "div",
      { class: "elevations", tabindex: "0", role: "region", "aria-label": `Elevations of ${name}` },
      drawn(racks, unit),
    );
    const redraw = () => row.replaceChildren(...drawn(racks, unit));
    const here = new Set(racks.map((each) => each.name));
    const beside = unit.switches.filter((each) => here.has(each.rack));
    const doubts = elevation.doubts([...new Set(racks.map((each) => each.kind))], beside);
    return {
      title: name,
      path: [
        [hall, "hall", hall],
        [name, "unit", name],
      ],
      siblings: unitsOf.get(hall).map(([each]) => [each, "unit", each]),
      body: [
        html(
          "div",
          { class: "turn" },
          html(
            "h1",
            { tabindex: "-1" },
            name,
            html("small", {}, `${many(racks.length, "rack")} in hall ${hall}`),
          ),
          choice(redraw),
        ),
        gone(name, racks),
        row,
        elevation.legend(beside.some((each) => each.u)),
        html("h2", {}, "Power", html("small", {}, "this unit's share of its feeds")),
        html(
          "div",
          { class: "bars" },
          unit.feeds.map((feed) => rackwright.bars.feed(feed, true)),
        ),
        html("h2", {}, "Racks"),
        table(
          `Racks of ${name}`,
          [
            ["rack", (each) => rack(each.name)],
            ["index", (each) => each.index, "number"],
            ["hardware", (each) => each.kind],
            ["state", (each) => word(stateOf(each))],
            ["pool", (each) => each.pool],
            ["NVLink domain", (each) => each.domain],
            ["feeds", (each) => each.feeds.join(" + ")],
            [
              "planned with",
              (each) => kilowatt(rackwright.data.site().hardware[each.kind].power.planning),
              "number",
            ],
            ["out-of-band", (each) => mono(unit.racks[each.name].prefixes[0][1])],
            ["in-band", (each) => mono(unit.racks[each.name].prefixes[1][1])],
            ["why", (each) => [each.leaving, each.hold].filter(Boolean).join("; "), "text"],
          ],
          racks,
        ),
        rackwright.links.fabricsOf(name),
        rackwright.networkRack.chips(unit.switches.filter((each) => !here.has(each.rack))),
        html("h2", {}, "What is not known of the drawings"),
        html(
          "ul",
          { class: "list" },
          doubts.map((sentence) => html("li", {}, sentence)),
        ),
      ],
    };
  };

  return { one };
})();
