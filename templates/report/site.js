// The first view, the whole site; and one hall.
"use strict";

rackwright.site = (() => {
  const { html, table } = rackwright.elements;
  const { hall, kilowatt, many, number, rack, stateOf, unit, word } = rackwright.words;
  const { feed, loop } = rackwright.bars;
  const { floor, legend } = rackwright.floor;

  const counts = (rows) =>
    html(
      "dl",
      { class: "counts" },
      rows.map((row) =>
        html(
          "div",
          {},
          html("dt", {}, row.what),
          html(
            "dd",
            {},
            row.installed,
            row.installed === row.planned ? null : html("small", {}, ` of ${row.planned} planned`),
          ),
        ),
      ),
    );

  const power = (name) => {
    const { feeds, loops } = rackwright.data.site();
    const mine = loops.filter((each) => each.hall === name);
    return html(
      "div",
      { class: "bars" },
      feeds.filter((each) => each.hall === name).map((each) => feed(each)),
      mine.map(loop),
      mine.length
        ? null
        : html("p", { class: "muted" }, "Cooling: the specification names no loops of this hall."),
    );
  };

  const ofHall = (name) => {
    const { unitsOf } = rackwright.data.lookUp();
    const units = unitsOf.get(name) ?? [];
    return html(
      "section",
      { class: "panel", "aria-labelledby": `hall-${name}` },
      html(
        "h2",
        { id: `hall-${name}` },
        hall(name),
        html("small", {}, many(units.length, "scalable unit")),
      ),
      power(name),
      floor(name),
    );
  };

  const exceptions = () => {
    const { racks } = rackwright.data.site();
    const odd = racks.filter((each) => each.hold || each.leaving || each.open);
    if (!odd.length) return null;
    return [
      html("h2", {}, "Racks that are not as the rest"),
      table(
        "Racks that are not as the rest",
        [
          ["rack", (each) => rack(each.name)],
          ["state", (each) => word(stateOf(each))],
          ["why", (each) => [each.leaving, each.hold].filter(Boolean).join("; "), "text"],
          ["open positions", (each) => (each.open ? number(each.open) : ""), "number"],
        ],
        odd.slice(0, 50),
      ),
      odd.length > 50 ? html("p", { class: "muted" }, `and ${number(odd.length - 50)} more`) : null,
    ];
  };

  const services = () => {
    const { nodes, pools } = rackwright.data.site();
    return html(
      "div",
      { class: "columns" },
      html(
        "section",
        {},
        html("h2", {}, "Pools"),
        table(
          "Pools",
          [
            ["pool", (each) => each.name],
            ["scheduler", (each) => each.scheduler],
            ["tenant", (each) => each.tenant],
            ["image", (each) => each.image],
            ["acceptance", (each) => each.acceptance],
          ],
          pools,
        ),
      ),
      html(
        "section",
        {},
        html("h2", {}, "Service nodes"),
        table(
          "Service nodes",
          [
            ["node", (each) => each.name],
            [
              "address",
              (each) =>
                html(
                  "span",
                  { class: "mono" },
                  [each.address, each.ipv6].filter(Boolean).join(" "),
                ),
            ],
            [
              "roles",
              (each) =>
                each.roles
                  .map((role) => (each.standby.includes(role) ? `${role} (standby)` : role))
                  .join(", "),
              "text",
            ],
            ["place", (each) => each.place || "nobody says"],
          ],
          nodes,
        ),
      ),
    );
  };

  const overview = () => {
    const site = rackwright.data.site();
    return {
      title: site.site,
      path: [],
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          site.site,
          html("small", {}, `${site.domain} · ${site.purpose}`),
        ),
        counts(site.counts),
        html("div", { class: "columns" }, site.halls.map(ofHall)),
        html("div", { class: "turn" }, legend(), rackwright.bars.legend()),
        exceptions(),
        services(),
      ],
    };
  };

  const unitRows = (name) => {
    const { unitsOf, racksOf } = rackwright.data.lookUp();
    const { hardware } = rackwright.data.site();
    return (unitsOf.get(name) ?? []).map(([unitName]) => {
      const racks = racksOf.get(unitName) ?? [];
      const count = (wanted) => racks.filter((each) => each.state === wanted).length;
      return {
        name: unitName,
        installed: count("installed"),
        planned: count("planned"),
        draw: racks.reduce((sum, each) => sum + hardware[each.kind].power.planning, 0),
        open: racks.reduce((sum, each) => sum + each.open, 0),
        odd: racks.filter((each) => each.hold || each.leaving).length,
        kinds: [...new Set(racks.map((each) => each.kind))].join(", "),
        pools: [...new Set(racks.map((each) => each.pool))].join(", "),
      };
    });
  };

  const one = ([name]) => {
    const { unitsOf } = rackwright.data.lookUp();
    const { halls } = rackwright.data.site();
    if (!unitsOf.has(name)) return null;
    return {
      title: name,
      path: [[name, "hall", name]],
      siblings: halls.map((each) => [each, "hall", each]),
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          `Hall ${name}`,
          html("small", {}, many(unitsOf.get(name).length, "scalable unit")),
        ),
        html("div", { class: "panel" }, power(name), floor(name)),
        html("div", { class: "turn" }, legend(), rackwright.bars.legend()),
        html("h2", {}, "Scalable units"),
        table(
          `Scalable units of hall ${name}`,
          [
            ["unit", (each) => unit(each.name)],
            ["racks installed", (each) => number(each.installed), "number"],
            ["planned", (each) => number(each.planned), "number"],
            ["held or leaving", (each) => (each.odd ? number(each.odd) : ""), "number"],
            ["open positions", (each) => (each.open ? number(each.open) : ""), "number"],
            ["planned with", (each) => kilowatt(each.draw), "number"],
            ["hardware", (each) => each.kinds],
            ["pool", (each) => each.pools],
          ],
          unitRows(name),
        ),
      ],
    };
  };

  return { one, overview };
})();
