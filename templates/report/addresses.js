// The address map: each space as a field of blocks, one for each rack that fits.
"use strict";

rackwright.addresses = (() => {
  const { html, svg, table } = rackwright.elements;
  const { link, many, mono, number, path } = rackwright.words;
  const CELL = 11;
  const ROW = 64;
  const MOST = ROW * 40;

  const state = (rack) => (rack.state === "installed" ? "installed" : "planned");

  // One path for all blocks of a state: a campus has thousands.
  const squares = (kind, all) =>
    svg("path", {
      class: kind,
      d: all
        .map(
          (place) =>
            `M${(place % ROW) * CELL} ${Math.floor(place / ROW) * CELL}h${CELL}v${CELL}h${-CELL}z`,
        )
        .join(""),
    });

  const grid = (width, height) => {
    const lines = [];
    for (let x = 0; x <= width; x += CELL) lines.push(`M${x} 0v${height}`);
    for (let y = 0; y <= height; y += CELL) lines.push(`M0 ${y}h${width}`);
    return svg("path", { class: "grid", d: lines.join("") });
  };

  // A frame follows the pointer from block to block, and `said` says whose the block is.
  const pointing = (space, taken, drawn, said) => {
    const cursor = svg("rect", {
      class: "cursor",
      width: CELL,
      height: CELL,
      visibility: "hidden",
    });
    const at = (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      const row = Math.floor((event.clientY - box.top) / CELL);
      return row * ROW + Math.floor((event.clientX - box.left) / CELL);
    };
    const show = (event) => {
      const place = at(event);
      if (place < 0 || place >= drawn) return;
      cursor.setAttribute("x", (place % ROW) * CELL);
      cursor.setAttribute("y", Math.floor(place / ROW) * CELL);
      cursor.setAttribute("visibility", "visible");
      const [rack, prefix] = taken.get(place) ?? [];
      const word = place < space.planned ? "kept by the plan" : "left";
      said.textContent = rack
        ? `${prefix} ${rack.name}, ${state(rack)}`
        : `block ${number(place)}: ${word}`;
    };
    const open = (event) => {
      const [rack] = taken.get(at(event)) ?? [];
      if (rack) location.hash = path("rack", rack.name).slice(1);
    };
    return { cursor, ways: { onpointermove: show, onclick: open } };
  };

  // Racks, what the plan keeps, and a little of what is left; the rest is said in words.
  const field = (space, said) => {
    const { racks } = rackwright.data.site();
    const taken = new Map(
      space.blocks.map(([place, rack, prefix]) => [place, [racks[rack], prefix]]),
    );
    const wanted = Math.ceil(Math.max(space.planned * 1.25, ROW) / ROW) * ROW;
    const drawn = Math.min(space.possible, MOST, wanted);
    const [width, height] = [Math.min(ROW, drawn) * CELL, Math.ceil(drawn / ROW) * CELL];
    const all = Array.from({ length: drawn }, (_, place) => place);
    const of = (kind) =>
      all.filter((place) => taken.has(place) && state(taken.get(place)[0]) === kind);
    const kept = all.filter((place) => !taken.has(place) && place < space.planned);
    const { cursor, ways } = pointing(space, taken, drawn, said);
    const counts = [space.blocks.length, space.planned, space.possible].map(number);
    const words = `${counts[0]} blocks of racks, ${counts[1]} planned, of ${counts[2]}`;
    const map = svg(
      "svg",
      {
        class: "map",
        width,
        height,
        role: "img",
        "aria-label": `${space.title}: ${words}`,
        ...ways,
      },
      svg("rect", { class: "ground", width, height }),
      squares("installed", of("installed")),
      squares("planned", of("planned")),
      squares("kept", kept),
      grid(width, height),
      svg("rect", { class: "outline", x: 0.5, y: 0.5, width: width - 1, height: height - 1 }),
      cursor,
    );
    const more = `and ${number(space.possible - drawn)} more blocks, all left`;
    return [
      html(
        "div",
        { class: "wide", tabindex: "0", role: "region", "aria-label": `Map of ${space.title}` },
        map,
      ),
      drawn < space.possible ? html("p", { class: "muted" }, more) : null,
    ];
  };

  // What the picture shows, in words: the blocks of each scalable unit.
  const units = (space) => {
    const { racks } = rackwright.data.site();
    const groups = rackwright.data.grouped(space.blocks, ([, rack]) => racks[rack].unit);
    return html(
      "details",
      {},
      html("summary", {}, `Blocks by scalable unit (${number(groups.size)})`),
      table(
        `Blocks of ${space.title} by scalable unit`,
        [
          ["unit", ([unit]) => link(unit, "unit", unit)],
          ["racks", ([, blocks]) => number(blocks.length), "number"],
          ["first", ([, blocks]) => mono(blocks[0][2])],
          ["last", ([, blocks]) => mono(blocks[blocks.length - 1][2])],
        ],
        [...groups],
      ),
    );
  };

  const section = (space) => {
    const said = html("p", { class: "muted mono" }, "point at a block to see whose it is");
    const installed = space.blocks.filter(
      ([, rack]) => rackwright.data.site().racks[rack].state === "installed",
    ).length;
    const left = many(space.possible - space.planned, "block");
    return [
      html(
        "h2",
        {},
        space.title,
        html("small", { class: "mono" }, `${space.prefix}, /${space.rackLength} a rack`),
      ),
      rackwright.bars.bar({
        name: `${number(space.planned)} of ${number(space.possible)} blocks are planned`,
        text: `${number(installed)} of installed racks · ${left} left`,
        parts: [
          { kind: "installed", amount: installed },
          { kind: "planned", amount: Math.max(space.planned - installed, 0) },
        ],
        limit: space.possible,
      }),
      field(space, said),
      said,
      units(space),
    ];
  };

  const all = async () => {
    const { spaces, rooms } = await rackwright.data.load("addresses");
    const item = (kind, text) => html("li", {}, html("span", { class: `swatch ${kind}` }), text);
    return {
      title: "Addresses",
      path: [["Addresses", "addresses"]],
      body: [
        html("h1", { tabindex: "-1" }, "Addresses"),
        table(
          "What is left of each network",
          [
            ["network", (each) => each.network],
            ["prefix", (each) => mono(each.prefix)],
            ["each", (each) => each.each],
            ["planned", (each) => each.planned, "number"],
            ["room for", (each) => each.possible, "number"],
            ["left", (each) => each.left, "number"],
          ],
          rooms,
        ),
        html(
          "ul",
          { class: "legend" },
          item("installed", "installed rack"),
          item("plan", "planned rack"),
          item("kept", "kept by the plan"),
          item("left", "left"),
        ),
        spaces.map(section),
      ],
    };
  };

  return { all };
})();
