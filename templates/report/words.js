// How things are said: numbers, states, links to what has a page.
"use strict";

rackwright.words = (() => {
  const { html } = rackwright.elements;
  const KINDS = {
    compute: "compute tray",
    "nvlink-switch": "NVLink switch tray",
    "power-shelf": "power shelf",
    management: "management switch",
  };
  const SIGNS = { added: "+", changed: "~", replaced: "⇄", removed: "−" };

  const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  const kilowatt = (value) => `${number(value)} kW`;
  const many = (count, one, more = `${one}s`) => `${number(count)} ${count === 1 ? one : more}`;

  const path = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;
  const link = (text, ...parts) => html("a", { href: path(...parts) }, text);
  const hall = (name) => link(name, "hall", name);
  const unit = (name) => link(name, "unit", name);
  const rack = (name) => link(name, "rack", name);
  const mono = (text) => (text ? html("span", { class: "mono" }, text) : "");

  // The strongest word that is true of a rack.
  const stateOf = (each) => {
    if (each.state === "planned") return "planned";
    if (each.leaving) return "leaving";
    return each.hold ? "held" : "installed";
  };
  const word = (state, text = state) => html("span", { class: `word ${state}` }, text);

  // Of several changes of one thing the sign that says most.
  const strongest = (changes) =>
    ["removed", "replaced", "added", "changed"].find((kind) =>
      changes.some((change) => change.kind === kind),
    );

  const changesOf = (name) => rackwright.data.lookUp().changesOf.get(name) ?? [];

  return {
    KINDS,
    SIGNS,
    changesOf,
    hall,
    kilowatt,
    link,
    many,
    mono,
    number,
    path,
    rack,
    stateOf,
    strongest,
    unit,
    word,
  };
})();
