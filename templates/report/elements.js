// Elements out of plain calls. Text goes in as text, never as markup, whatever a name contains.
"use strict";

rackwright.elements = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  const filled = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === undefined || value === null || value === false) continue;
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
    return element;
  };

  const html = (tag, attributes, ...children) =>
    filled(document.createElement(tag), attributes, children);

  const svg = (tag, attributes, ...children) =>
    filled(document.createElementNS(SVG, tag), attributes, children);

  // Columns are [heading, what a row shows, class]; a row may say that it is the current one.
  const table = (caption, columns, rows, isCurrent = () => false) =>
    html(
      "div",
      { class: "wide", role: "region", "aria-label": caption, tabindex: "0" },
      html(
        "table",
        {},
        html("caption", { class: "unseen" }, caption),
        html(
          "thead",
          {},
          html(
            "tr",
            {},
            columns.map(([name, , kind]) => html("th", { scope: "col", class: kind }, name)),
          ),
        ),
        html(
          "tbody",
          {},
          rows.map((row) =>
            html(
              "tr",
              { "aria-current": isCurrent(row) ? "true" : null },
              columns.map(([, cell, kind]) => html("td", { class: kind }, cell(row))),
            ),
          ),
        ),
      ),
    );

  // Terms with their values, where there is a value.
  const facts = (pairs) =>
    html(
      "dl",
      { class: "facts" },
      pairs
        .filter(([, value]) => value !== "" && value !== null && value !== undefined)
        .map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)]),
    );

  // What one chose, in sight wherever on the page one chose it.
  const sheet = (away, ...children) =>
    html(
      "section",
      { class: "sheet", "aria-labelledby": "chosen" },
      html("a", { class: "close", href: away }, "Close"),
      children,
    );

  // One stop for the tabulator in a drawing of many things; the arrows move inside it.
  const roving = (container, selector, start = 0) => {
    const all = [...container.querySelectorAll(selector)];
    all.forEach((each, place) => each.setAttribute("tabindex", place === start ? "0" : "-1"));
    const centre = (element) => {
      const box = element.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const directions = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    container.addEventListener("keydown", (event) => {
      const here = document.activeElement;
      const way = directions[event.key];
      if (!way || !all.includes(here) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const [x, y] = centre(here);
      let next = null;
      let best = Infinity;
      for (const each of all) {
        const [dx, dy] = [centre(each)[0] - x, centre(each)[1] - y];
        const along = dx * way[0] + dy * way[1];
        const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
        if (each !== here && along > 1 && along + 4 * aside < best) {
          best = along + 4 * aside;
          next = each;
        }
      }
      if (!next) return;
      here.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
    return container;
  };

  return { facts, html, roving, sheet, svg, table };
})();
