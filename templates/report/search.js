// Search: any name, serial, MAC, GUID or address, in all that the site has.
//
// Devices are in the files of their units, so the first search loads those, a few at a time, and
// shows what it finds as it goes. MAC addresses are found however their digits are grouped.
"use strict";

rackwright.search = (() => {
  const { html, table } = rackwright.elements;
  const { KINDS, link, many, mono, number, path } = rackwright.words;
  const SHOWN = 100;
  const AT_ONCE = 12;
  const FIELDS = [
    ["name", "name"],
    ["serial", "serial"],
    ["bmcAddress", "BMC address"],
    ["bmcMac", "BMC MAC"],
    ["address", "host address"],
    ["inBandMac", "in-band MAC"],
  ];

  const bare = (text) => text.toLowerCase().replaceAll(/[:.\-\s]/g, "");
  const isMac = (query) =>
    /^[0-9a-f]{12}$/.test(query) || (/^[0-9a-f]{5,12}$/.test(bare(query)) && /[:.-]/.test(query));

  // How well a value fits: 0 not at all, 3 exactly.
  const fit = (value, query, digits) => {
    const text = String(value ?? "").toLowerCase();
    if (!text) return 0;
    if (text === query) return 3;
    if (text.startsWith(query)) return 2;
    if (text.includes(query)) return 1;
    return digits && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text) && bare(text).includes(digits)
      ? 1
      : 0;
  };

  const matcher = (query) => {
    const wanted = query.trim().toLowerCase();
    const digits = isMac(wanted) ? bare(wanted) : "";
    return (pairs) => {
      let best = { score: 0 };
      for (const [field, value] of pairs) {
        const score = fit(value, wanted, digits);
        if (score > best.score) best = { score, field, value };
      }
      return best;
    };
  };

  const known = () => {
    const site = rackwright.data.site();
    const { hallOf } = rackwright.data.lookUp();
    return [
      ...site.halls.map((name) => ["hall", name, ["hall", name], [["name", name]]]),
      ...[...hallOf.keys()].map((name) => [
        "scalable unit",
        name,
        ["unit", name],
        [["name", name]],
      ]),
      ...site.racks.map((rack) => [
        "rack",
        rack.name,
        ["rack", rack.name],
        [
          ["name", rack.name],
          ["NVLink domain", rack.domain],
        ],
      ]),
      ...site.fabrics.map((fabric) => [
        "fabric",
        fabric.name,
        ["fabric", fabric.name],
        [["name", fabric.name]],
      ]),
      ...site.pools.map((pool) => ["pool", pool.name, [], [["name", pool.name]]]),
      ...site.nodes.map((node) => [
        "service node",
        node.name,
        [],
        [
          ["name", node.name],
          ["address", node.address],
          ["address", node.ipv6],
        ],
      ]),
    ];
  };

  const ofUnit = (unit) => [
    ...unit.devices.map((device) => [
      KINDS[device.kind],
      device.name,
      ["rack", device.rack, device.label],
      [
        ...FIELDS.map(([key, field]) => [field, device[key]]),
        ...device.guids.map((guid) => ["GUID", guid]),
        ...device.further.map(([network, address]) => [network, address]),
      ],
    ]),
    ...Object.entries(unit.racks).flatMap(([name, rack]) =>
      rack.prefixes.map(([network, prefix, gateway]) => [
        "prefix",
        name,
        ["rack", name],
        [
          [network, prefix],
          [`${network} gateway`, gateway],
        ],
      ]),
    ),
  ];

  const ofFabric = (fabric) =>
    fabric.switches.map((each) => {
      const unit = each.unit || fabric.here[0];
      return [
        each.tier,
        each.name,
        ["fabric", fabric.name, ...(unit ? [unit, each.name] : [])],
        [["name", each.name]],
      ];
    });

  const ofNetworkRacks = (switches) =>
    [...new Set(switches.map((each) => each.rack))].map((name) => [
      "network rack",
      name,
      ["rack", name],
      [["name", name]],
    ]);

  const marked = (value, query) => {
    const text = String(value);
    const at = text.toLowerCase().indexOf(query);
    if (at < 0) return mono(text);
    return html(
      "span",
      { class: "mono" },
      text.slice(0, at),
      html("mark", {}, text.slice(at, at + query.length)),
      text.slice(at + query.length),
    );
  };

  const results = (found, query) =>
    table(
      "What was found",
      [
        ["what", (each) => each.what],
        [
          "name",
          (each) => (each.to.length ? html("a", { href: path(...each.to) }, each.name) : each.name),
        ],
        ["found in", (each) => each.field],
        ["", (each) => marked(each.value, query)],
      ],
      found.slice(0, SHOWN),
    );

  const one = ([query = ""], isCurrent) => {
    const wanted = query.trim().toLowerCase();
    const match = matcher(query);
    const found = [];
    const said = html("p", { role: "status" });
    const list = html("div", {});
    const look = (things) => {
      for (const [what, name, to, pairs] of things) {
        const best = match(pairs);
        if (best.score) found.push({ what, name, to, ...best });
      }
    };
    const show = (left) => {
      found.sort((one_, other) => other.score - one_.score);
      const more = found.length > SHOWN ? `; the first ${SHOWN} are shown` : "";
      const waiting = left ? `; ${number(left)} files to go` : "";
      said.textContent = `${many(found.length, "match", "matches")}${more}${waiting}`;
      list.replaceChildren(...(found.length ? [results(found, wanted)] : []));
    };
    const run = async () => {
      look(known());
      const files = [
        ...rackwright.data.site().units.map(([unit]) => [`unit/${unit}`, ofUnit]),
        ...rackwright.data.site().fabrics.map((fabric) => [`fabric/${fabric.name}`, ofFabric]),
        ["network-racks", ofNetworkRacks],
      ];
      for (let from = 0; from < files.length && isCurrent(); from += AT_ONCE) {
        show(files.length - from);
        const some = files.slice(from, from + AT_ONCE);
        const values = await Promise.all(some.map(([file]) => rackwright.data.load(file)));
        values.forEach((value, place) => look(some[place][1](value)));
      }
      if (isCurrent()) show(0);
    };
    return {
      title: `Search ${query}`,
      path: [["Search", "search", query]],
      body: [
        html("h1", { tabindex: "-1" }, "Search", html("small", { class: "mono" }, query)),
        said,
        list,
      ],
      after: wanted ? run : () => show(0),
    };
  };

  return { one };
})();
