// One scalable unit of a fabric, drawn: tiers of switches, those that the whole fabric shares on
// top, leaves by plane and rail, racks at the bottom, and the cables of whatever one chose.
"use strict";

rackwright.tiers = (() => {
  const { roving, svg } = rackwright.elements;
  const { many, path } = rackwright.words;
  const WIDTH = 1200;
  const EDGE = 4;
  const INSIDE = WIDTH - 2 * EDGE;
  const TOP = 30;
  const ROW = 22;
  const GAP = 102;
  const RACKS = 132;
  const ABOVE = ["super-spine", "spine"];

  // Racks stand at their index, so that an empty position is seen as one.
  const columns = (racks) => Math.max(8, ...racks.map((rack) => rack.index));

  // Leaves stand in the order of planes and rails, those in the racks above their rack.
  const leafPlaces = (leaves, racks, y) => {
    const column = INSIDE / columns(racks);
    const inRack = rackwright.data.grouped(leaves, (leaf) => leaf.rack);
    const at = new Map(racks.map((rack) => [rack.name, EDGE + (rack.index - 1) * column]));
    const wide = INSIDE / Math.max(leaves.length, 8);
    return leaves.map((leaf, place) => {
      const beside = inRack.get(leaf.rack);
      const isInRack = at.has(leaf.rack);
      const width = isInRack ? (column - 10) / beside.length : wide;
      const x = isInRack ? at.get(leaf.rack) + beside.indexOf(leaf) * width : EDGE + place * wide;
      return [leaf.name, { kind: "leaf", thing: leaf, x, y, width: width - 4, height: 34 }];
    });
  };

  // Rows of the switches above leaves, and where the next tier begins.
  const tierPlaces = (tier, switches, y) => {
    const inRow = Math.min(72, switches.length);
    const step = Math.min(60, INSIDE / inRow);
    const found = switches.map((thing, place) => {
      const [x, row] = [EDGE + (place % inRow) * step, Math.floor(place / inRow)];
      return [thing.name, { kind: tier, thing, x, y: y + row * ROW, width: step - 3, height: 18 }];
    });
    return [found, y + (Math.ceil(switches.length / inRow) - 1) * ROW + GAP];
  };

  const positionPlaces = (devices, racks, top) => {
    const column = INSIDE / columns(racks);
    const inRack = rackwright.data.grouped(devices, (device) => device.rack);
    return racks.flatMap((rack) =>
      (inRack.get(rack.name) ?? [])
        .sort((one_, other) => other.slot - one_.slot)
        .map((device, row) => {
          const thing = {
            ...device,
            reserved: device.state === "planned" || device.state === "open",
          };
          const [x, y] = [EDGE + (rack.index - 1) * column, top + row * 9];
          return [
            `${rack.name} ${device.label}`,
            { kind: "position", thing, x, y, width: column - 14, height: 8 },
          ];
        }),
    );
  };

  // Places of all that is drawn, by name: a switch's own, `rack label` of a device.
  const places = (switches, devices, racks) => {
    const found = [];
    let y = TOP;
    for (const tier of ABOVE) {
      const mine = switches.filter((each) => each.tier === tier);
      if (!mine.length) continue;
      const [those, below] = tierPlaces(tier, mine, y);
      found.push(...those);
      y = below;
    }
    const leaves = switches.filter((each) => each.tier === "leaf");
    return new Map([
      ...found,
      ...leafPlaces(leaves, racks, y),
      ...positionPlaces(devices, racks, y + RACKS),
    ]);
  };

  const ends = (cable) => [
    cable.rack ? `${cable.rack} ${cable.device}` : cable.device,
    cable.switch,
  ];

  // From the lower to the upper; between neighbours of a tier from side to side.
  const course = (low, high) => {
    if (low.kind === high.kind) {
      const y = low.y + low.height / 2;
      return { x1: low.x + low.width, y1: y, x2: high.x, y2: y };
    }
    return {
      x1: low.x + low.width / 2,
      y1: low.y + (low.kind === "position" ? low.height / 2 : 0),
      x2: high.x + high.width / 2,
      y2: high.y + high.height,
    };
  };

  // Cables between the same two things are one line.
  const lines = (cables, found, kind) => {
    const between = rackwright.data.grouped(cables, (cable) => ends(cable).join("\t"));
    return [...between.values()].map((alike) => {
      const [low, high] = ends(alike[0]).map((name) => found.get(name));
      if (!low || !high) return null;
      return svg("line", {
        class: `${kind}${alike[0].reserved ? " reserved" : ""}`,
        ...course(low, high),
        "stroke-width": kind === "faint" ? 0.5 : Math.min(0.8 + alike.length * 0.2, 3),
      });
    });
  };

  const isTouched = (name) => rackwright.data.site().review.switches.includes(name);

  const told = ({ kind, thing }) => {
    if (kind === "position") return `${thing.rack} ${thing.label}`;
    return [
      thing.name,
      kind,
      thing.plane && `plane ${thing.plane}`,
      thing.rail && `rail ${thing.rail}`,
      `${many(thing.down, "link")} down, ${thing.up} up`,
      thing.rack && `in ${thing.rack}${thing.u ? ` U${thing.u}` : ""}`,
      thing.reserved && "reserved",
      isTouched(thing.name) && "changes",
    ]
      .filter(Boolean)
      .join(", ");
  };

  const shape = (name, place, fabric, unit, lit, chosen) => {
    const { kind, thing, x, y, width, height } = place;
    const middle = x + width / 2;
    const classes = [
      kind,
      kind === "position" && thing.kind,
      thing.reserved && "reserved",
      isTouched(thing.name) && "touched",
      lit.has(name) && "lit",
      name === chosen && "chosen",
    ];
    const text = (below, words) =>
      svg("text", { x: middle, y: y + below, "text-anchor": "middle" }, words);
    const short = kind === "position" ? "" : thing.name.split("-").pop();
    const up = width > 60 && thing.up ? ` ↑${thing.up}` : "";
    return svg(
      "a",
      {
        class: classes.filter(Boolean).join(" "),
        href: path("fabric", fabric.name, unit, name),
        "aria-label": told(place),
        "aria-current": name === chosen ? "true" : null,
      },
      svg("title", {}, told(place)),
      svg("rect", { class: "body", x, y, width, height, rx: 1 }),
      kind === "leaf" ? [text(14, short), text(27, `↓${thing.down}${up}`)] : null,
      ABOVE.includes(kind) && width > 15 ? text(12, short) : null,
    );
  };

  const sentences = (fabric, switches) => {
    const count = (tier) => switches.filter((each) => each.tier === tier).length;
    const isPod = switches.some((each) => each.tier === "spine" && each.unit);
    return {
      "super-spine":
        `${many(count("super-spine"), "super-spine")} of the fabric, ` +
        `${many(fabric.superLinks, "link")} from each spine to each of its group`,
      spine:
        `${many(count("spine"), "spine")} of ${isPod ? "this unit" : "the fabric"}, ` +
        `${many(fabric.links, "link")} from each leaf to each of its plane`,
    };
  };

  const captions = (fabric, switches, racks, found) => {
    const caption = (x, y, text) => svg("text", { class: "caption", x, y }, text);
    const place = (thing) => found.get(thing.name);
    const said = sentences(fabric, switches);
    const above = ABOVE.flatMap((tier) => {
      const mine = switches.filter((each) => each.tier === tier);
      if (!mine.length) return [];
      const planes = [...rackwright.data.grouped(mine, (each) => each.plane).values()];
      const heads = planes.length > 1 ? planes.map(([first]) => first) : [];
      return [
        caption(EDGE, place(mine[0]).y - (heads.length ? 17 : 6), said[tier]),
        ...heads.map((each) => caption(place(each).x, place(each).y - 5, `plane ${each.plane}`)),
      ];
    });
    const leaves = switches.filter((each) => each.tier === "leaf");
    const rails = rackwright.data.grouped(leaves, (leaf) => leaf.rail);
    const bottom = Math.max(...leaves.map((leaf) => place(leaf).y), 0);
    return [
      switches.some((each) => isTouched(each.name))
        ? svg("text", { class: "caption end", x: WIDTH - EDGE, y: 13 }, "~ marked: it changes")
        : null,
      above.length
        ? above
        : caption(EDGE, 11, "no spines: what the leaves lead to is in no source"),
      [...rails].map(([rail, [leaf]]) => caption(place(leaf).x, place(leaf).y - 6, rail)),
      racks.map((rack) =>
        caption(EDGE + ((rack.index - 1) * INSIDE) / columns(racks), bottom + RACKS - 6, rack.name),
      ),
    ];
  };

  const drawing = (fabric, unit, { switches, devices, racks, cables, chosen }) => {
    const found = places(switches, devices, racks);
    const mine = cables.filter((cable) => ends(cable).includes(chosen));
    const lit = new Set(mine.flatMap(ends));
    const bottom = Math.max(...[...found.values()].map((place) => place.y + place.height), 0);
    const shapes = [...found].map(([name, place]) => shape(name, place, fabric, unit, lit, chosen));
    const picture = svg(
      "svg",
      {
        class: "fabric",
        viewBox: `0 0 ${WIDTH} ${bottom + 6}`,
        role: "group",
        "aria-label": `${fabric.name} in ${unit}: its switches tier by tier, racks below`,
      },
      svg("g", { "aria-hidden": "true" }, chosen ? null : lines(cables, found, "faint")),
      svg("g", { "aria-hidden": "true" }, lines(mine, found, "cable")),
      svg("g", { "aria-hidden": "true" }, captions(fabric, switches, racks, found)),
      shapes,
    );
    const start = shapes.findIndex((each) => each.classList.contains("chosen"));
    const firstLeaf = shapes.findIndex((each) => each.classList.contains("leaf"));
    return { mine, picture: roving(picture, "a", Math.max(start < 0 ? firstLeaf : start, 0)) };
  };

  return { drawing };
})();
