// One rack: its elevation, and beside each position what is in it; below, the device one chose.
"use strict";

rackwright.rack = (() => {
  const { facts, html, table } = rackwright.elements;
  const { KINDS, SIGNS, changesOf, hall, mono, path, stateOf, unit, word } = rackwright.words;
  const ROW = 20;

  // From the top down: every device, and every rack unit that is empty.
  const positions = (devices, top) => {
    const at = new Map(devices.map((device) => [device.slot + device.height - 1, device]));
    const rows = [];
    for (let u = top; u > 0; u -= at.get(u)?.height ?? 1) rows.push({ u, device: at.get(u) });
    return rows;
  };

  const changeWords = (changes) =>
    changes.map((change) => word(change.kind, `${SIGNS[change.kind]} ${change.text}`));

  const beside = (name, devices, top, chosen) => {
    const changes = rackwright.data.grouped(changesOf(name), (change) => change.label);
    const columns = [
      [
        "device",
        (device) => html("a", { href: rackwright.elevation.pageOf(device) }, device.label),
      ],
      ["serial", (device) => mono(device.serial)],
      ["BMC", (device) => mono(device.bmcAddress)],
      ["BMC MAC", (device) => mono(device.bmcMac)],
      ["host", (device) => mono(device.address)],
      ["in-band MAC", (device) => mono(device.inBandMac)],
      [
        "state",
        (device) => [
          device.state === "installed" ? "" : word(device.state),
          device.note && device.state === "open" ? ` ${device.note}` : "",
          device.title ?? "",
          changeWords(changes.get(device.label) ?? []),
        ],
      ],
    ];
    return html(
      "table",
      { style: `--row: ${ROW}px` },
      html("caption", { class: "unseen" }, `Positions of ${name}, from the top`),
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          ["U", ...columns.map(([head]) => head)].map((head) => html("th", { scope: "col" }, head)),
        ),
      ),
      html(
        "tbody",
        {},
        positions(devices, top).map(({ u, device }) =>
          html(
            "tr",
            {
              "aria-current": device && device.label === chosen ? "true" : null,
              style: device && device.height > 1 ? `--row: ${ROW * device.height}px` : null,
            },
            html("td", {}, device ? device.slot : u),
            columns.map(([, cell]) => html("td", {}, device ? cell(device) : "")),
          ),
        ),
      ),
    );
  };

  const details = async (rack, device) => {
    const cables = await rackwright.links.ofDevice(rack.unit, rack.name, device.label);
    const overrides = rackwright.data
      .site()
      .overrides.filter((each) => each.rack === rack.name && each.label === device.label);
    return [
      html("h2", { id: "chosen" }, device.label, html("small", {}, device.name)),
      html(
        "div",
        { class: "beside" },
        facts([
          ["what", KINDS[device.kind]],
          [
            "position",
            `U${device.slot}${device.height > 1 ? `–${device.slot + device.height - 1}` : ""}`,
          ],
          ["state", [device.state, device.note].filter(Boolean).join(": ")],
          ["serial", mono(device.serial)],
          ["BMC address", mono(device.bmcAddress)],
          ["BMC MAC", mono(device.bmcMac)],
          ["host address", mono(device.address)],
          ["in-band MAC", mono(device.inBandMac)],
          ...device.further.map(([network, address]) => [network, mono(address)]),
          ["AS number", device.asn || ""],
          ["NVLink partition", device.partition],
          ["GUIDs, rail by rail", device.guids.length ? mono(device.guids.join(" ")) : ""],
          ...overrides.map((each) => ["override", `${each.field} = ${each.value}: ${each.reason}`]),
          ...changesOf(rack.name)
            .filter((change) => change.label === device.label)
            .map((change) => [
              "change",
              [changeWords([change]), change.does ? ` ${change.does}` : ""],
            ]),
        ]),
        cables.length
          ? rackwright.links.cables(`Cables of ${device.name}`, cables, rack.unit)
          : null,
      ),
    ];
  };

  const aboutRack = (rack, inUnit, kind, switches) =>
    facts([
      [
        "hall and unit",
        html("span", {}, hall(rack.hall), " / ", unit(rack.unit), `, rack ${rack.index}`),
      ],
      ["hardware", `${kind.title} (${rack.kind})`],
      ["state", [stateOf(rack), rack.leaving, rack.hold].filter(Boolean).join(": ")],
      ["pool", rack.pool],
      ["NVLink domain", rack.domain],
      ["feeds", rack.feeds.join(" + ")],
      ["AS number", inUnit.asn || ""],
      ...inUnit.prefixes.map(([network, prefix, gateway]) => [
        network,
        html("span", { class: "mono" }, prefix, gateway ? ` gateway ${gateway}` : ""),
      ]),
      [
        "management switches",
        switches.length
          ? switches
              .map((each) => `${each.name} ${each.u ? `U${each.u}` : "(position in no source)"}`)
              .join(", ")
          : "",
      ],
    ]);

  const gone = (name) => {
    const changes = changesOf(name);
    if (!changes.length) return rackwright.networkRack.one(name);
    return {
      title: name,
      path: [[name, "rack", name]],
      body: [
        html("h1", { tabindex: "-1" }, name),
        html("p", {}, "This rack is no longer in the specification."),
        rackwright.lists.changesTable(`Changes of ${name}`, changes),
      ],
    };
  };

  const one = async ([name, chosen = ""]) => {
    const { rack: racks, racksOf } = rackwright.data.lookUp();
    const rack = racks.get(name);
    if (!rack) return gone(name);
    const inUnit = await rackwright.data.load(`unit/${rack.unit}`);
    const kind = rackwright.data.site().hardware[rack.kind];
    const switches = inUnit.switches.filter((each) => each.rack === name);
    const devices = inUnit.devices.filter((device) => device.rack === name);
    const device = devices.find((each) => each.label === chosen);
    const drawn = [...devices, ...rackwright.elevation.placed(switches)];
    const top = rackwright.elevation.highest([rack.kind], switches);
    const changes = changesOf(name).filter((change) => !change.label);
    return {
      title: chosen ? `${name} ${chosen}` : name,
      page: path("rack", name),
      path: [
        [rack.hall, "hall", rack.hall],
        [rack.unit, "unit", rack.unit],
        [name, "rack", name],
      ],
      siblings: racksOf.get(rack.unit).map((each) => [each.name, "rack", each.name]),
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          name,
          html("small", {}, kind.title),
          " ",
          changeWords(changes),
        ),
        html(
          "div",
          { class: "columns" },
          aboutRack(
            rack,
            inUnit.racks[name],
            kind,
            switches,
          ),
          html("div", { class: "bars" }, rackwright.bars.rack(kind.power)),
        ),
        html(
          "div",
          {
            class: "aligned",
            role: "region",
            tabindex: "0",
            "aria-label": `Elevation and positions of ${name}`,
          },
          html(
            "div",
            { style: "padding-top: 22px" },
            rackwright.elevation.rack(name, drawn, { unit: ROW, top, chosen }),
          ),
          beside(name, drawn, top, chosen),
        ),
        rackwright.elevation.legend(drawn.length > devices.length),
        html(
          "details",
          {},
          html("summary", {}, "What is not known of the drawing"),
          html(
            "ul",
            { class: "list" },
            rackwright.elevation.doubts([rack.kind], switches).map((sentence) => html("li", {}, sentence)),
          ),
        ),
        device ? rackwright.elements.sheet(path("rack", name), await details(rack, device)) : null,
      ],
    };
  };

  return { one };
})();
