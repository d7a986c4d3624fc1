// Bars against a budget: what is installed, what is planned, what a loss would put on top.
"use strict";

rackwright.bars = (() => {
  const { html, svg } = rackwright.elements;
  const { kilowatt, number } = rackwright.words;
  const WIDTH = 1000;

  // `parts` stand side by side and `lost` is drawn around them, all against `limit`.
  const bar = ({ name, text, parts, lost, limit }) => {
    const used = parts.reduce((sum, part) => sum + part.amount, 0);
    const whole = Math.max(limit, used, lost ?? 0) || 1;
    const x = (amount) => (amount / whole) * WIDTH;
    let from = 0;
    const drawn = parts.map(({ kind, amount }) => {
      const at = x(from);
      from += amount;
      return svg("rect", { class: kind, x: at, y: 3, width: x(amount), height: 10 });
    });
    if (used > limit) {
      drawn.push(
        svg("rect", { class: "over", x: x(limit), y: 3, width: x(used - limit), height: 10 }),
      );
    }
    return html(
      "div",
      { class: "bar" },
      html("div", { class: "caption" }, html("span", {}, name), html("span", {}, text)),
      svg(
        "svg",
        { viewBox: `0 0 ${WIDTH} 16`, preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "track", x: 0, y: 3, width: x(limit), height: 10 }),
        drawn,
        lost
          ? svg("rect", { class: "lost", x: 1, y: 1, width: Math.max(x(lost) - 2, 0), height: 14 })
          : null,
        svg("line", { class: "limit", x1: x(limit), x2: x(limit), y1: 0, y2: 16 }),
      ),
    );
  };

  const over = (used, limit, say) => (used > limit ? ` · over by ${say(used - limit)}` : "");

  const feed = (each, partly = false) => {
    const loss =
      each.redundancy === "n"
        ? "the loss of a feed is not promised"
        : `another feed lost: ${number(each.lost)} (${each.redundancy})`;
    const planned =
      each.planned === each.installed ? "" : ` · with planned ${number(each.planned)}`;
    const left = `left ${number(Math.max(each.capacity - each.planned, 0))}`;
    return bar({
      name: `Feed ${each.name}`,
      text:
        `installed ${number(each.installed)} of ${kilowatt(each.capacity)}${planned}` +
        (partly ? "" : ` · ${left} · ${loss}`) +
        over(each.planned, each.capacity, kilowatt),
      parts: [
        { kind: "installed", amount: each.installed },
        { kind: "planned", amount: each.planned - each.installed },
      ],
      lost: each.redundancy === "n" || partly ? null : each.lost,
      limit: each.capacity,
    });
  };

  const loop = (each) => {
    const litres = (value) => `${number(value)} L/min`;
    const running = each.spare ? `${each.cdus - each.spare}+${each.spare}` : `${each.cdus}`;
    const flow = bar({
      name: `Cooling ${each.name}: flow`,
      text:
        `all racks need ${number(each.needed)} of ${litres(each.flow)} · ${running} CDUs, spares lost · ` +
        ` ${number(each.supply)} °C${over(each.needed, each.flow, litres)}`,
      parts: [{ kind: "installed", amount: each.needed }],
      limit: each.flow,
    });
    if (each.capacity === null) return [flow];
    const more = over(each.heat, each.capacity, kilowatt);
    const heat = bar({
      name: `Cooling ${each.name}: heat`,
      text: `all racks give ${number(each.heat)} of ${kilowatt(each.capacity)}${more}`,
      parts: [{ kind: "installed", amount: each.heat }],
      limit: each.capacity,
    });
    return [flow, heat];
  };

  const legend = () =>
    html(
      "ul",
      { class: "legend" },
      html("li", {}, html("span", { class: "swatch installed" }), "installed"),
      html("li", {}, html("span", { class: "swatch plan" }), "planned"),
      html("li", {}, html("span", { class: "swatch lost" }), "outline: with another feed lost"),
    );

  // What a rack draws against what its shelves give.
  const rack = (power) => {
    const over_ = over(power.max, power.spareLost, kilowatt);
    return bar({
      name: "Power of the rack",
      text:
        `TDP ${kilowatt(power.tdp)} · maximum ${kilowatt(power.max)} · planned with ` +
        `${kilowatt(power.planning)} · peak ${kilowatt(power.peak)} · shelves give ` +
        `${kilowatt(power.shelves)}, ${kilowatt(power.spareLost)} with ${power.spareShelves} lost${over_}`,
      parts: [
        { kind: "installed", amount: power.tdp },
        { kind: "planned", amount: Math.max(power.planning - power.tdp, 0) },
      ],
      lost: power.spareLost,
      limit: power.shelves,
    });
  };

  return { bar, feed, legend, loop, rack };
})();
