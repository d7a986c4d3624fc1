// A rack from the front, to scale: a rack unit is 44.45 mm high, a device 482.6 mm wide (EIA-310).
//
// It is drawn up to the highest position that any rack of the page has, so that racks stand on one
// floor. How high a rack goes on above that, no source of the catalogue says.
"use strict";

rackwright.elevation = (() => {
  const { html, svg, roving } = rackwright.elements;
  const { KINDS, SIGNS, changesOf, path, strongest } = rackwright.words;
  const DEVICE = 482.6 / 44.45;
  const POST = 58.7 / 44.45;
  const LETTER = 0.602;

  // `names` are those of hardware types, `switches` what stands beside their devices.
  const highest = (names, switches = []) => {
    const { hardware } = rackwright.data.site();
    const tops = names.flatMap((name) =>
      Object.values(hardware[name].devices).flatMap((kind) => kind.slots.map(([, last]) => last)),
    );
    return Math.max(...tops, ...switches.map((each) => each.u));
  };

  // A switch that a whole fabric shares is shown with the first unit of it.
  const pageOfSwitch = ({ fabric, unit, name }) => {
    const { here } = rackwright.data.site().fabrics.find((each) => each.name === fabric);
    const shown = unit || here[0];
    return ["fabric", fabric, ...(shown ? [shown, name] : [])];
  };

  // Switches whose place the site says, as what an elevation draws.
  const placed = (switches) =>
    switches
      .filter((each) => each.u)
      .map((each) => ({
        rack: each.rack,
        label: each.name.startsWith(`${each.rack}-`)
          ? each.name.slice(each.rack.length + 1)
          : each.name,
        name: each.name,
        kind: "management",
        title: `${each.tier} of ${each.fabric}, ${each.model}`,
        slot: each.u,
        height: 1,
        state: each.reserved ? "planned" : "installed",
        page: pageOfSwitch(each),
      }));

  const pageOf = (device) => path(...(device.page ?? ["rack", device.rack, device.label]));

  // Of what is too long the end is shown: it is there that serials and addresses differ.
  const cut = (text, room) =>
    text.length <= room ? text : `…${text.slice(text.length - Math.max(room - 1, 0))}`;

  const said = (device) =>
    [
      `${device.label}, ${device.title ?? KINDS[device.kind]}, U${device.slot}`,
      device.name,
      device.state === "installed" ? "" : `${device.state}${device.note ? `: ${device.note}` : ""}`,
      device.serial && `serial ${device.serial}`,
      device.bmcAddress && `BMC ${device.bmcAddress}`,
      device.bmcMac && `BMC MAC ${device.bmcMac}`,
      device.address && `host ${device.address}`,
    ]
      .filter(Boolean)
      .join("\n");

  const one = (device, size, top, { shown, chosen, changes }) => {
    const size_ = Math.min(size * 0.75, 12);
    const y = (top - device.slot - device.height + 1) * size;
    const height = device.height * size;
    const middle = y + height / 2 + size_ * 0.36;
    const x = POST * size;
    const width = DEVICE * size;
    const letters = Math.floor((width - 8) / (size_ * LETTER));
    const text = shown(device) || (device.state === "open" ? "open" : "");
    const kind = strongest(changes);
    const told = [said(device), ...changes.map((each) => `${SIGNS[each.kind]} ${each.text}`)].join(
      "\n",
    );
    return svg(
      "a",
      {
        class: `device ${device.state}${kind ? ` change ${kind}` : ""}${chosen ? " chosen" : ""}`,
        href: pageOf(device),
        "aria-label": told.replaceAll("\n", ", "),
        "aria-current": chosen ? "true" : null,
        "data-label": device.label,
      },
      svg("title", {}, told),
      svg("rect", { class: `body ${device.kind}`, x, y: y + 0.5, width, height: height - 1 }),
      svg("text", { x: x + 4, y: middle, "font-size": size_ }, device.label),
      svg(
        "text",
        { x: x + width - 4, y: middle, "font-size": size_, "text-anchor": "end" },
        cut(text, letters - device.label.length - 1),
      ),
      kind
        ? [
            svg("rect", {
              class: `side ${kind}`,
              x: x + width,
              y: y + 0.5,
              width: 3,
              height: height - 1,
            }),
            svg(
              "text",
              {
                class: `sign ${kind}`,
                x: x + width + (POST * size) / 2 + 1.5,
                y: middle,
                "font-size": size_ + 1,
              },
              SIGNS[kind],
            ),
          ]
        : null,
    );
  };

  // `devices` are those of one rack; `unit` is the height of a rack unit in pixels.
  const rack = (name, devices, { unit, top, shown = () => "", chosen = "" }) => {
    const whole = strongest(changesOf(name).filter((change) => !change.label));
    const width = (DEVICE + 2 * POST) * unit;
    const height = top * unit;
    const byLabel = rackwright.data.grouped(changesOf(name), (change) => change.label);
    const numbers = devices.map((device) =>
      svg(
        "text",
        { class: "unit-number", x: POST * unit - 3, y: (top - device.slot + 0.5) * unit + 3 },
        device.slot,
      ),
    );
    const drawing = svg(
      "svg",
      {
        class: `rack${whole ? ` change ${whole}` : ""}`,
        width,
        height: height + 2,
        viewBox: `0 -1 ${width} ${height + 2}`,
        role: "group",
        "aria-label": `Elevation of ${name}, from the top`,
      },
      svg("rect", { class: "frame", x: 0.5, y: -0.5, width: width - 1, height: height + 1 }),
      svg("rect", { class: "opening", x: POST * unit, y: 0, width: DEVICE * unit, height }),
      svg("g", { "aria-hidden": "true" }, numbers),
      [...devices]
        .sort((one_, other) => other.slot - one_.slot)
        .map((device) =>
          one(device, unit, top, {
            shown,
            chosen: device.label === chosen,
            changes: byLabel.get(device.label) ?? [],
          }),
        ),
    );
    const all = [...drawing.querySelectorAll("a")];
    const start = all.findIndex((each) => each.dataset.label === chosen);
    return roving(drawing, "a", Math.max(start, 0));
  };

  const legend = (hasSwitches = false) => {
    const item = (kind, text) => html("li", {}, html("span", { class: `swatch ${kind}` }), text);
    return html(
      "ul",
      { class: "legend" },
      Object.entries(KINDS)
        .filter(([kind]) => kind !== "management" || hasSwitches)
        .map(([kind, text]) => item(kind, text)),
      item("open", "open or planned: dashed"),
      item("held", "held"),
      item("leaving", "approved to leave"),
      rackwright.data.site().changes.length
        ? html(
            "li",
            {},
            Object.entries(SIGNS)
              .map(([kind, sign]) => `${sign} ${kind}`)
              .join("  "),
          )
        : null,
    );
  };

  const switchDoubt = (switches) =>
    switches.some((each) => each.u)
      ? "A switch is drawn in the lowest rack unit that the site names for it: how high it is, is " +
        "in no source."
      : "Where management switches stand is in no source, so they are not drawn.";

  // What is not known of these hardware types' elevations, and of the switches in them.
  const doubts = (names, switches = []) => {
    const { hardware } = rackwright.data.site();
    const ofType = ({ title, standIns }) =>
      [...rackwright.data.grouped(standIns, ([, reason]) => reason)].map(
        ([reason, facts]) =>
          `${title}: ${facts.map(([fact]) => fact).join(", ")}, a stand-in: ${reason}.`,
      );
    return [
      "Racks are drawn up to the highest position that the catalogue names: how high they go on " +
        "is in no source.",
      switchDoubt(switches),
      ...names.flatMap((name) => ofType(hardware[name])),
    ];
  };

  return { doubts, highest, legend, pageOf, placed, rack, switchDoubt };
})();
