// A fabric: its links counted by tier, plane and rail, and one scalable unit of it drawn. Whatever
// one chooses, a switch of any tier or a device, has its cables lit.
"use strict";

rackwright.fabric = (() => {
  const { facts, html, table } = rackwright.elements;
  const { link, many, number, path } = rackwright.words;

  const TIERS = ["leaf", "spine", "super-spine"];

  // Switches that are alike, counted: leaves by plane and rail, those above by plane.
  const counted = (switches) =>
    TIERS.flatMap((tier) => {
      const mine = switches.filter((each) => each.tier === tier);
      const alike = rackwright.data.grouped(mine, (each) => `${each.plane} ${each.rail}`);
      return [...alike.values()].map((those) => {
        const sum = (key) => those.reduce((total, each) => total + each[key], 0);
        return {
          tier,
          plane: those[0].plane,
          rail: those[0].rail,
          switches: those.length,
          reserved: those.filter((each) => each.reserved).length,
          down: sum("down"),
          downReserved: sum("downReserved"),
          up: sum("up"),
          upReserved: sum("upReserved"),
        };
      });
    });

  const railOf = (each) => {
    if (each.tier !== "leaf") return "–";
    return each.rail || "every BMC of a rack";
  };

  const railTable = (fabric) =>
    table(
      `Links of ${fabric.name} by tier, plane and rail`,
      [
        ["tier", (each) => each.tier],
        ["plane", (each) => each.plane || "–"],
        ["rail", railOf],
        ["switches needed now", (each) => number(each.switches - each.reserved), "number"],
        ["reserved", (each) => number(each.reserved), "number"],
        ["links down", (each) => number(each.down), "number"],
        ["reserved", (each) => number(each.downReserved), "number"],
        ["links up", (each) => number(each.up), "number"],
        ["reserved", (each) => number(each.upReserved), "number"],
      ],
      counted(fabric.switches),
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

  const about = (fabric) => {
    const of = (tier) => fabric.switches.filter((each) => each.tier === tier);
    const racks = [...new Set(fabric.switches.filter((each) => each.u).map((each) => each.rack))];
    return facts([
      ["switches", fabric.model],
      ["halls", fabric.halls.join(", ")],
      ["leaves needed now", number(of("leaf").filter((leaf) => !leaf.reserved).length)],
      ["leaves for all racks of the specification", number(of("leaf").length)],
      ["spines", of("spine").length ? number(of("spine").length) : "none"],
      ["super-spines", of("super-spine").length ? number(of("super-spine").length) : ""],
      ["planned for", many(fabric.planned.length, "scalable unit")],
      ["of them in the specification", number(fabric.here.length)],
      [
        "its switches stand in",
        racks.length ? racks.flatMap((name) => [link(name, "rack", name), " "]) : "",
      ],
      ["not proven", fabric.unproven.join("; ")],
    ]);
  };

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
    const [inUnit, inside, up] = unit
      ? await Promise.all([
          rackwright.data.load(`unit/${unit}`),
          rackwright.links.inside(name, unit),
          rackwright.links.up(fabric, unit),
        ])
      : [];
    const body = [
      html("h1", { tabindex: "-1" }, `Fabric ${name}`, html("small", {}, fabric.kind)),
      chips(fabric, unit),
    ];
    if (unit) {
      const used = new Set(inside.down.map((cable) => `${cable.rack} ${cable.device}`));
      const { picture, mine } = rackwright.tiers.drawing(fabric, unit, {
        switches: fabric.switches.filter((each) => !each.unit || each.unit === unit),
        devices: inUnit.devices.filter((device) => used.has(`${device.rack} ${device.label}`)),
        racks: rackwright.data.lookUp().racksOf.get(unit) ?? [],
        cables: [...inside.down, ...inside.between, ...up],
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
              "Choose a switch or a device to light its cables.",
            ),
      );
    }
    body.push(
      html("h2", {}, "Links by tier, plane and rail", html("small", {}, "of the whole fabric")),
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
                ["super-spines", (each) => number(each.superSpines), "number"],
              ],
              fabrics,
            )
          : html("p", {}, "The specification names no fabrics, so nothing is cabled."),
      ],
    };
  };

  return { all, one };
})();
