// A rack of switches alone, which a site names only by saying where they stand.
"use strict";

rackwright.networkRack = (() => {
  const { html, table } = rackwright.elements;
  const { link, many, mono, unit, word } = rackwright.words;
  const ROW = 20;

  // Where switches stand that are in no rack of trays.
  const chips = (switches) => {
    const names = [...new Set(switches.filter((each) => each.u).map((each) => each.rack))];
    if (!names.length) return null;
    return [
      html("h2", {}, "Network racks"),
      html(
        "ul",
        { class: "chips" },
        names.map((name) => html("li", {}, link(name, "rack", name))),
      ),
    ];
  };

  const listed = (name, switches) =>
    table(
      `Switches of ${name}, from the top`,
      [
        ["U", (each) => each.u, "number"],
        [
          "switch",
          (each) => html("a", { href: rackwright.elevation.pageOf(each) }, mono(each.name)),
        ],
        ["fabric", (each) => link(each.fabric, "fabric", each.fabric)],
        ["tier", (each) => each.tier],
        ["model", (each) => each.model],
        ["scalable unit", (each) => (each.unit ? unit(each.unit) : "shared by all")],
        ["state", (each) => (each.reserved ? word("planned") : "needed now")],
      ],
      switches,
    );

  const one = async (name) => {
    const all = await rackwright.data.load("network-racks");
    const switches = all.filter((each) => each.rack === name).sort((a, b) => b.u - a.u);
    if (!switches.length) return null;
    const drawn = rackwright.elevation.placed(switches);
    const pages = new Map(drawn.map((each) => [each.name, each.page]));
    const top = Math.max(...switches.map((each) => each.u));
    return {
      title: name,
      path: [[name, "rack", name]],
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          name,
          html("small", {}, `${many(switches.length, "switch", "switches")}, no trays`),
        ),
        html(
          "div",
          { class: "columns" },
          rackwright.elevation.rack(name, drawn, { unit: ROW, top }),
          listed(
            name,
            switches.map((each) => ({ ...each, page: pages.get(each.name) })),
          ),
        ),
        html(
          "ul",
          { class: "list" },
          html("li", {}, rackwright.elevation.switchDoubt(switches)),
          html("li", {}, "It is drawn up to its highest switch: what else is in it, nobody says."),
        ),
      ],
    };
  };

  return { chips, one };
})();
