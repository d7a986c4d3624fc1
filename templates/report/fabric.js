// A fabric: its links counted by plane and rail, and one scalable unit of it drawn.
//
// Spines are above, the leaves of the unit below them by plane and rail, its racks at the bottom.
// Whatever one chooses, a leaf, a spine or a device, has its cables lit.
"use strict";

rackwright.fabric = (() => {
  const { facts, html, roving, svg, table } = rackwright.elements;
  const { link, many, number, path } = rackwright.words;
  const WIDTH = 1200;
  const SPINES = 16;
  const LEAVES = 102;
  const RACKS = 132;

  const rails = (leaves) =>
    [...rackwright.data.grouped(leaves, (leaf) => `${leaf.plane} ${leaf.rail}`).values()].map((alike) => {
      const sum = (key) => alike.reduce((total, leaf) => total + leaf[key], 0);
      return {
        plane: alike[0].plane,
        rail: alike[0].rail,
        leaves: alike.length,
        reserved: alike.filter((leaf) => leaf.reserved).length,
        down: sum("down"),
        downReserved: sum("downReserved"),
        up: sum("up"),
        upReserved: sum("upReserved"),
      };
    });

  const railTable = (fabric) =>
    table(
      `Links of ${fabric.name} by plane and rail`,
      [
        ["plane", (each) => each.plane || "–"],
        ["rail", (each) => each.rail || "every BMC of a rack"],
        ["leaves needed now", (each) => number(each.leaves - each.reserved), "number"],
        ["reserved", (each) => number(each.reserved), "number"],
        ["links down", (each) => number(each.down), "number"],
        ["reserved", (each) => number(each.downReserved), "number"],
        ["links up", (each) => number(each.up), "number"],
        ["reserved", (each) => number(each.upReserved), "number"],
      ],
      rails(fabric.leaves),
    );

  // Racks stand at their index, so that an empty position is seen as one.
  const columns = (racks) => Math.max(8, ...racks.map((rack) => rack.index));

  // Leaves stand in the order of planes and rails, those in the racks above their rack.
  const leafPlaces = (leaves, racks, y) => {
    const column = (WIDTH - 8) / columns(racks);
    const inRack = rackwright.data.grouped(leaves, (leaf) => leaf.rack);
    const at = new Map(racks.map((rack) => [rack.name, 4 + (rack.index - 1) * column]));
    const wide = (WIDTH - 8) / Math.max(leaves.length, 8);
    return leaves.map((leaf, place) => {
      const beside = inRack.get(leaf.rack);
      const width = leaf.rack ? (column - 10) / beside.length : wide;
      const x = leaf.rack ? at.get(leaf.rack) + beside.indexOf(leaf) * width : 4 + place * wide;
      return [leaf.name, { kind: "leaf", thing: leaf, x, y, width: width - 4, height: 34 }];
    });
  };

  const spinePlaces = (spines) => {
    const inRow = Math.min(72, Math.max(spines.length, 1));
    const step = Math.min(60, (WIDTH - 8) / inRow);
    return spines.map((spine, place) => {
      const [x, y] = [4 + (place % inRow) * step, SPINES + Math.floor(place / inRow) * 22];
      return [spine.name, { kind: "spine", thing: spine, x, y, width: step - 3, height: 18 }];
    });
  };

  const positionPlaces = (devices, racks, top) => {
    const column = (WIDTH - 8) / columns(racks);
    const inRack = rackwright.data.grouped(devices, (device) => device.rack);
    return racks.flatMap((rack) =>
      (inRack.get(rack.name) ?? [])
        .sort((one_, other) => other.slot - one_.slot)
        .map((device, row) => {
          const thing = { ...device, reserved: device.state === "planned" || device.state === "open" };
          const [x, y] = [4 + (rack.index - 1) * column, top + row * 9];
          return [`${rack.name} ${device.label}`, { kind: "position", thing, x, y, width: column - 14, height: 8 }];
        }),
    );
  };

  // Places of all that is drawn, by name: a spine's or a leaf's own, `rack label` of a device.
  const places = (fabric, leaves, devices, racks) => {
    const spines = spinePlaces(fabric.spines);
    const below = Math.max(...spines.map(([, place]) => place.y), 0);
    const y = below ? below + LEAVES : SPINES + 16;
    return new Map([...spines, ...leafPlaces(leaves, racks, y), ...positionPlaces(devices, racks, y + RACKS)]);
  };

  const ends = (cable) => [cable.rack ? `${cable.rack} ${cable.device}` : cable.device, cable.switch];

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
    return [thing.name, thing.rail && `plane ${thing.plane}, rail ${thing.rail}`, count, thing.reserved && "reserved"]
      .filter(Boolean)
      .join(", ");
  };

  const shape = (name, place, fabric, unit, lit, chosen) => {
    const { kind, thing, x, y, width, height } = place;
    const middle = x + width / 2;
    return svg(
      "a",
      {
        class: `${kind}${kind === "position" ? ` ${thing.kind}` : ""}${thing.reserved ? " reserved" : ""}${lit.has(name) ? " lit" : ""}${name === chosen ? " chosen" : ""}`,
        href: path("fabric", fabric.name, unit, name),
        "aria-label": told(place),
        "aria-current": name === chosen ? "true" : null,
      },
      svg("title", {}, told(place)),
      svg("rect", { class: "body", x, y, width, height, rx: 1 }),
      kind === "leaf"
        ? [
            svg("text", { x: middle, y: y + 14, "text-anchor": "middle" }, thing.name.split("-").pop()),
            svg("text", { x: middle, y: y + 27, "text-anchor": "middle" }, width > 60 && fabric.spines.length ? `↓${thing.down} ↑${thing.up}` : `↓${thing.down}`),
          ]
        : null,
      kind === "spine" && width > 15
        ? svg("text", { x: middle, y: y + 12, "text-anchor": "middle" }, thing.name.split("-").pop())
        : null,
    );
  };

  const captions = (fabric, leaves, racks, found) => {
    const caption = (x, y, text) => svg("text", { class: "caption", x, y }, text);
    const first = [...rackwright.data.grouped(leaves.filter((leaf) => leaf.rail), (leaf) => leaf.rail)];
    const railHeads = first.map(([rail, [leaf]]) => caption(found.get(leaf.name).x, found.get(leaf.name).y - 6, rail));
    const bottom = Math.max(...leaves.map((leaf) => found.get(leaf.name).y), 0);
    const spineText = fabric.spines.length
      ? `${many(fabric.spines.length, "spine")}, ${many(fabric.links, "link")} from each leaf to each of its plane`
      : "no spines: what the leaves lead to is in no source";
    return [
      caption(4, 11, spineText),
      railHeads,
      racks.map((rack) => caption(4 + ((rack.index - 1) * (WIDTH - 8)) / columns(racks), bottom + RACKS - 6, rack.name)),
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

  const chosenPart = (chosen, mine, unit) => {
    const reserved = mine.filter((cable) => cable.reserved).length;
    return [
      html("h2", { id: "chosen" }, chosen, html("small", {}, `${many(mine.length - reserved, "cable")} installed, ${reserved} reserved, in ${unit}`)),
      rackwright.links.cables(`Cables of ${chosen}`, mine, unit),
    ];
  };

  const about = (fabric) =>
    facts([
      ["switches", fabric.model],
      ["halls", fabric.halls.join(", ")],
      ["leaves", `${number(fabric.leaves.filter((leaf) => !leaf.reserved).length)} needed now, ${number(fabric.leaves.length)} with all racks of the specification`],
      ["spines", fabric.spines.length ? number(fabric.spines.length) : "none"],
      ["planned for", `${many(fabric.planned.length, "scalable unit")}, ${number(fabric.here.length)} of them in the specification`],
      ["not proven", fabric.unproven.join("; ")],
    ]);

  const chips = (fabric, unit) => {
    const here = new Set(fabric.here);
    return html(
      "ul",
      { class: "chips" },
      fabric.planned.map((name) =>
        html(
          "li",
          {},
          here.has(name)
            ? html("a", { href: path("fabric", fabric.name, name), "aria-current": name === unit ? "true" : null }, name)
            : html("span", { title: "planned, and not in the specification yet" }, name),
        ),
      ),
    );
  };

  const one = async ([name, wanted, chosen = ""]) => {
    const { fabrics } = rackwright.data.site();
    if (!fabrics.some((each) => each.name === name)) return null;
    const fabric = await rackwright.data.load(`fabric/${name}`);
    const unit = wanted || fabric.here[0];
    if (unit && !fabric.here.includes(unit)) return null;
    const [inUnit, down, up] = unit
      ? await Promise.all([
          rackwright.data.load(`unit/${unit}`),
          rackwright.links.down(name, unit),
          rackwright.links.up(name, unit),
        ])
      : [];
    const body = [
      html("h1", { tabindex: "-1" }, `Fabric ${name}`, html("small", {}, fabric.kind)),
      chips(fabric, unit),
    ];
    if (unit) {
      const used = new Set(down.map((cable) => `${cable.rack} ${cable.device}`));
      const { picture, mine } = drawing(fabric, unit, {
        leaves: fabric.leaves.filter((leaf) => leaf.unit === unit),
        devices: inUnit.devices.filter((device) => used.has(`${device.rack} ${device.label}`)),
        racks: rackwright.data.lookUp().racksOf.get(unit) ?? [],
        down,
        up,
        chosen,
      });
      body.push(
        html("div", { class: "wide panel", role: "region", tabindex: "0", "aria-label": `Drawing of ${name} in ${unit}` }, picture),
        chosen
          ? html("section", { "aria-live": "polite" }, chosenPart(chosen, mine, unit))
          : html("p", { class: "muted" }, "Choose a leaf, a spine or a device to light its cables."),
      );
    }
    body.push(
      html("h2", {}, "Links by plane and rail", html("small", {}, "of the whole fabric")),
      railTable(fabric),
      html("h2", {}, "The fabric"),
      html("div", { class: "columns" }, about(fabric), cableTable(fabric)),
    );
    return {
      title: [name, unit, chosen].filter(Boolean).join(" "),
      path: [["Fabrics", "fabrics"], [name, "fabric", name], ...(unit ? [[unit, "fabric", name, unit]] : [])],
      siblings: unit ? fabric.here.map((each) => [each, "fabric", name, each]) : [],
      body,
    };
  };

  const cableTable = (fabric) =>
    table(
      `Cables of ${fabric.name}`,
      [
        ["cables", (each) => `${number(each.gbps)}G, ${each.length}`],
        ["for what is installed", (each) => number(each.installed), "number"],
        ["reserved", (each) => number(each.reserved), "number"],
      ],
      fabric.cables,
    );

  const all = () => {
    const { fabrics } = rackwright.data.site();
    return {
      title: "Fabrics",
      path: [["Fabrics", "fabrics"]],
      body: [
        html("h1", { tabindex: "-1" }, "Fabrics"),
        fabrics.length
          ? table(
              "Fabrics",
              [
                ["fabric", (each) => link(each.name, "fabric", each.name)],
                ["kind", (each) => each.kind],
                ["switches", (each) => each.model],
                ["halls", (each) => each.halls.join(", ")],
                ["units planned", (each) => number(each.planned), "number"],
                ["in the specification", (each) => number(each.here.length), "number"],
                ["leaves a unit", (each) => (each.leaves ? number(each.leaves) : "in the racks"), "number"],
                ["spines", (each) => (each.spines ? number(each.spines) : "none"), "number"],
              ],
              fabrics,
            )
          : html("p", {}, "The specification names no fabrics, so nothing is cabled."),
      ],
    };
  };

  return { all, one };
})();
