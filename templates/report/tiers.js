// One scalable unit of a fabric, drawn: spines above, leaves below them by plane and rail, racks at
// the bottom, and the cables of whatever one chose.
"use strict";

rackwright.tiers = (() => {
  const { roving, svg } = rackwright.elements;
  const { many, path } = rackwright.words;
  const WIDTH = 1200;
  const EDGE = 4;
  const INSIDE = WIDTH - 2 * EDGE;
  const SPINES = 16;
  const LEAVES = 102;
  const RACKS = 132;

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

  const spinePlaces = (spines) => {
    const inRow = Math.min(72, Math.max(spines.length, 1));
    const step = Math.min(60, INSIDE / inRow);
    return spines.map((spine, place) => {
      const [x, y] = [EDGE + (place % inRow) * step, SPINES + Math.floor(place / inRow) * 22];
      return [spine.name, { kind: "spine", thing: spine, x, y, width: step - 3, height: 18 }];
    });
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

  // Places of all that is drawn, by name: a spine's or a leaf's own, `rack label` of a device.
  const places = (fabric, leaves, devices, racks) => {
    const spines = spinePlaces(fabric.spines);
    const below = Math.max(...spines.map(([, place]) => place.y), 0);
    const y = below ? below + LEAVES : SPINES + 16;
    return new Map([
      ...spines,
      ...leafPlaces(leaves, racks, y),
      ...positionPlaces(devices, racks, y + RACKS),
    ]);
  };

  const ends = (cable) => [
    cable.rack ? `${cable.rack} ${cable.device}` : cable.device,
    cable.switch,
  ];

  // Cables between the same two things are one line.
  const lines = (cables, found, kind) => {
    const between = rackwright.data.grouped(cables, (cable) => ends(cable).join("\t"));
    return [...between.values()].map((alike) => {
      const [low, high] = ends(alike[0]).map((name) => found.get(name));
      if (!low || !high) return null;
      return svg("line", {
        class: `${kind}${alike[0].reserved ? " reserved" : ""}`,
        x1: low.x + low.width / 2,
        y1: low.y + (low.kind === "position" ? low.height / 2 : 0),
        x2: high.x + high.width / 2,
        y2: high.y + high.height,
        "stroke-width": kind === "faint" ? 0.5 : Math.min(0.8 + alike.length * 0.2, 3),
      });
    });
  };

  const told = ({ kind, thing }) => {
    if (kind === "position") return `${thing.rack} ${thing.label}`;
    if (kind === "spine") return `${thing.name}, plane ${thing.plane}`;
    const count = `${many(thing.down, "link")} down, ${thing.up} up`;
    return [
      thing.name,
      thing.rail && `plane ${thing.plane}, rail ${thing.rail}`,
      count,
      thing.reserved && "reserved",
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
      lit.has(name) && "lit",
      name === chosen && "chosen",
    ];
    const text = (below, words) =>
      svg("text", { x: middle, y: y + below, "text-anchor": "middle" }, words);
    const short = kind === "position" ? "" : thing.name.split("-").pop();
    const up = width > 60 && fabric.spines.length ? ` ↑${thing.up}` : "";
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
      kind === "spine" && width > 15 ? text(12, short) : null,
    );
  };

  const captions = (fabric, leaves, racks, found) => {
    const caption = (x, y, text) => svg("text", { class: "caption", x, y }, text);
    const rails = rackwright.data.grouped(leaves, (leaf) => leaf.rail);
    const heads = [...rails].map(([rail, [leaf]]) =>
      caption(found.get(leaf.name).x, found.get(leaf.name).y - 6, rail),
    );
    const bottom = Math.max(...leaves.map((leaf) => found.get(leaf.name).y), 0);
    const links = `${many(fabric.links, "link")} from each leaf to each of its plane`;
    const spines = fabric.spines.length
      ? `${many(fabric.spines.length, "spine")}, ${links}`
      : "no spines: what the leaves lead to is in no source";
    return [
      caption(EDGE, 11, spines),
      heads,
      racks.map((rack) =>
        caption(EDGE + ((rack.index - 1) * INSIDE) / columns(racks), bottom + RACKS - 6, rack.name),
      ),
    ];
  };

  const drawing = (fabric, unit, { leaves, devices, racks, down, up, chosen }) => {
    const found = places(fabric, leaves, devices, racks);
    const mine = [...down, ...up].filter((cable) => ends(cable).includes(chosen));
    const lit = new Set(mine.flatMap(ends));
    const bottom = Math.max(...[...found.values()].map((place) => place.y + place.height), 0);
    const shapes = [...found].map(([name, place]) => shape(name, place, fabric, unit, lit, chosen));
    const picture = svg(
      "svg",
      {
        class: "fabric",
        viewBox: `0 0 ${WIDTH} ${bottom + 6}`,
        role: "group",
        "aria-label": `${fabric.name} in ${unit}: spines, leaves, racks`,
      },
      svg("g", { "aria-hidden": "true" }, chosen ? null : lines(down, found, "faint")),
      svg("g", { "aria-hidden": "true" }, chosen ? null : lines(up, found, "faint")),
      svg("g", { "aria-hidden": "true" }, lines(mine, found, "cable")),
      svg("g", { "aria-hidden": "true" }, captions(fabric, leaves, racks, found)),
      shapes,
    );
    const start = shapes.findIndex((each) => each.classList.contains("chosen"));
    const firstLeaf = shapes.findIndex((each) => each.classList.contains("leaf"));
    return { mine, picture: roving(picture, "a", Math.max(start < 0 ? firstLeaf : start, 0)) };
  };

  return { drawing };
})();
