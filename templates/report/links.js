// Cables: from the bundles they are kept in to one record a cable, and a table of them.
"use strict";

rackwright.links = (() => {
  const { html, table } = rackwright.elements;
  const { link, mono, number, rack, word } = rackwright.words;
  const label = (bundle, sequence) => `${bundle}/${String(sequence).padStart(2, "0")}`;

  const fabricsAt = (unit) =>
    rackwright.data.site().fabrics.filter((each) => each.here.includes(unit));

  const fromDevices = (fabric, bundles) =>
    bundles.flatMap((each) =>
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

  const fromSwitches = (fabric, groups) =>
    groups.flatMap((each) =>
      each.cables.map(([bundle, sequence, port, upper, upperPort]) => ({
        fabric,
        label: label(bundle, sequence),
        rack: "",
        device: each.lower,
        port,
        switch: upper,
        switchPort: upperPort,
        ...each,
      })),
    );

  // What does not leave a unit: from its trays and shelves to its leaves, and between its switches.
  const inside = async (fabric, unit) => {
    const { down, between } = await rackwright.data.load(`inside/${fabric}/${unit}`);
    return { down: fromDevices(fabric, down), between: fromSwitches(fabric, between) };
  };

  // From the switches of a unit to those that its whole fabric shares, if there are any.
  const up = async (fabric, unit) =>
    fabric.switches.some((each) => !each.unit)
      ? fromSwitches(fabric.name, await rackwright.data.load(`uplinks/${fabric.name}/${unit}`))
      : [];

  const ofDevice = async (unit, rackName, device) => {
    const all = await Promise.all(fabricsAt(unit).map((each) => inside(each.name, unit)));
    return all
      .flatMap(({ down }) => down)
      .filter((cable) => cable.rack === rackName && cable.device === device);
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

  return { cables, fabricsOf, inside, ofDevice, up };
})();
