// Cables: from the bundles they are kept in to one record a cable, and a table of them.
"use strict";

rackwright.links = (() => {
  const { html, table } = rackwright.elements;
  const { link, mono, number, rack, word } = rackwright.words;
  const label = (bundle, sequence) => `${bundle}/${String(sequence).padStart(2, "0")}`;

  const fabricsAt = (unit) =>
    rackwright.data.site().fabrics.filter((each) => each.here.includes(unit));

  // From the trays, switch trays and shelves of a unit to its leaves.
  const down = async (fabric, unit) => {
    const bundles = await rackwright.data.load(`downlinks/${fabric}/${unit}`);
    return bundles.flatMap((each) =>
      each.cables.map(([sequence, device, port, leafPort]) => ({
        fabric,
        label: label(each.bundle, sequence),
        rack: each.rack,
        device,
        port,
        switch: each.leaf,
        switchPort: leafPort,
        ...each,
      })),
    );
  };

  // From the leaves of a unit to the spines.
  const up = async (fabric, unit) => {
    if (!rackwright.data.site().fabrics.find((each) => each.name === fabric).spines) return [];
    const leaves = await rackwright.data.load(`uplinks/${fabric}/${unit}`);
    return leaves.flatMap((each) =>
      each.cables.map(([bundle, sequence, port, spine, spinePort]) => ({
        fabric,
        label: label(bundle, sequence),
        rack: "",
        device: each.leaf,
        port,
        switch: spine,
        switchPort: spinePort,
        ...each,
      })),
    );
  };

  const ofDevice = async (unit, rackName, device) => {
    const all = await Promise.all(fabricsAt(unit).map((each) => down(each.name, unit)));
    return all.flat().filter((cable) => cable.rack === rackName && cable.device === device);
  };

  const cables = (caption, list, unit) =>
    table(
      caption,
      [
        ["label", (each) => mono(each.label)],
        [
          "from",
          (each) => (each.rack ? [rack(each.rack), " ", mono(each.device)] : mono(each.device)),
        ],
        ["port", (each) => mono(each.port)],
        ["to", (each) => link(each.switch, "fabric", each.fabric, unit, each.switch)],
        ["port", (each) => mono(each.switchPort)],
        ["speed", (each) => `${number(each.gbps)}G`, "number"],
        ["length class", (each) => each.length],
        ["state", (each) => (each.reserved ? word("reserved") : "installed")],
      ],
      list,
    );

  const fabricsOf = (unit) => {
    const fabrics = fabricsAt(unit);
    if (!fabrics.length) return null;
    return [
      html("h2", {}, "Fabrics"),
      html(
        "ul",
        { class: "chips" },
        fabrics.map((each) => html("li", {}, link(each.name, "fabric", each.name, unit))),
      ),
    ];
  };

  return { cables, down, fabricsOf, ofDevice, up };
})();
