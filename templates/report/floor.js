// A hall from above, not to scale: a tile for each scalable unit, and in it a bar for each rack.
"use strict";

rackwright.floor = (() => {
  const { html, svg, roving } = rackwright.elements;
  const { SIGNS, changesOf, many, path, stateOf, strongest } = rackwright.words;
  const WIDTH = 7;
  const STEP = 8.5;
  const HEIGHT = 13;

  const said = (racks) => {
    const counts = new Map();
    for (const rack of racks) counts.set(stateOf(rack), (counts.get(stateOf(rack)) ?? 0) + 1);
    return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  };

  const bars = (racks) => {
    const places = Math.max(8, ...racks.map((rack) => rack.index));
    const drawn = racks.map((rack) => {
      const x = (rack.index - 1) * STEP + 0.5;
      return [
        svg("rect", { class: stateOf(rack), x, y: 0.5, width: WIDTH, height: HEIGHT }),
        rack.open
          ? svg("rect", { class: "open", x: x + 2, y: 4, width: WIDTH - 4, height: 3 })
          : null,
      ];
    });
    return svg("svg", { width: places * STEP, height: HEIGHT + 1, "aria-hidden": "true" }, drawn);
  };

  const tile = (name, hall) => {
    const racks = rackwright.data.lookUp().racksOf.get(name) ?? [];
    const changes = racks.flatMap((rack) => changesOf(rack.name));
    const open = racks.reduce((sum, rack) => sum + rack.open, 0);
    const told = [
      said(racks),
      open ? many(open, "open position") : "",
      changes.length ? many(changes.length, "change") : "",
    ];
    return html(
      "li",
      {},
      html(
        "a",
        {
          class: "tile",
          href: path("unit", name),
          "aria-label": `${name}: ${told.filter(Boolean).join("; ")}`,
          title: told.filter(Boolean).join("; "),
        },
        html(
          "span",
          { "aria-hidden": "true" },
          name.startsWith(`${hall}-`) ? name.slice(hall.length + 1) : name,
        ),
        changes.length
          ? html("span", { class: "sign", "aria-hidden": "true" }, SIGNS[strongest(changes)])
          : null,
        bars(racks),
      ),
    );
  };

  const floor = (hall) => {
    const units = rackwright.data.lookUp().unitsOf.get(hall) ?? [];
    return roving(
      html(
        "ul",
        { class: "floor" },
        units.map(([name]) => tile(name, hall)),
      ),
      "a",
    );
  };

  const legend = () =>
    html(
      "ul",
      { class: "legend" },
      [
        ["installed", "installed rack"],
        ["planned", "planned"],
        ["held", "held"],
        ["leaving", "approved to leave"],
      ].map(([kind, text]) => html("li", {}, html("span", { class: `swatch ${kind}` }), text)),
    );

  return { floor, legend };
})();
