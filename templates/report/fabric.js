// A fabric: its links counted by plane and rail, and one scalable unit of it drawn. Whatever one
// chooses, a leaf, a spine or a device, has its cables lit.
"use strict";

rackwright.fabric = (() => {
  const { facts, html, table } = rackwright.elements;
  const { link, many, number, path } = rackwright.words;

  const rails = (leaves) =>
    [...rackwright.data.grouped(leaves, (leaf) => `${leaf.plane} ${leaf.rail}`).values()].map(
      (alike) => {
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
      },
    );

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

  const chosenPart = (chosen, mine, unit) => {
    const reserved = mine.filter((cable) => cable.reserved).length;
    return [
      html(
        "h2",
        { id: "chosen" },
        chosen,
        html(
          "small",
          {},
          `${many(mine.length - reserved, "cable")} installed, ${reserved} reserved, in ${unit}`,
        ),
      ),
      rackwright.links.cables(`Cables of ${chosen}`, mine, unit),
    ];
  };

  const about = (fabric) =>
    facts([
      ["switches", fabric.model],
      ["halls", fabric.halls.join(", ")],
      ["leaves needed now", number(fabric.leaves.filter((leaf) => !leaf.reserved).length)],
      ["leaves for all racks of the specification", number(fabric.leaves.length)],
      ["spines", fabric.spines.length ? number(fabric.spines.length) : "none"],
      ["planned for", many(fabric.planned.length, "scalable unit")],
      ["of them in the specification", number(fabric.here.length)],
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
            ? html(
                "a",
                {
                  href: path("fabric", fabric.name, name),
                  "aria-current": name === unit ? "true" : null,
                },
                name,
              )
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
      const { picture, mine } = rackwright.tiers.drawing(fabric, unit, {
        leaves: fabric.leaves.filter((leaf) => leaf.unit === unit),
        devices: inUnit.devices.filter((device) => used.has(`${device.rack} ${device.label}`)),
        racks: rackwright.data.lookUp().racksOf.get(unit) ?? [],
        down,
        up,
        chosen,
      });
      body.push(
        html(
          "div",
          {
            class: "wide panel",
            role: "region",
            tabindex: "0",
            "aria-label": `Drawing of ${name} in ${unit}`,
          },
          picture,
        ),
        chosen
          ? html("section", { "aria-labelledby": "chosen" }, chosenPart(chosen, mine, unit))
          : html(
              "p",
              { class: "muted" },
              "Choose a leaf, a spine or a device to light its cables.",
            ),
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
      page: path("fabric", name, unit ?? ""),
      path: [
        ["Fabrics", "fabrics"],
        [name, "fabric", name],
        ...(unit ? [[unit, "fabric", name, unit]] : []),
      ],
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
                [
                  "leaves a unit",
                  (each) => (each.leaves ? number(each.leaves) : "in the racks"),
                  "number",
                ],
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
