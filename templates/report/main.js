// Which view is shown: the address after the # names it, so that every view can be linked to.
"use strict";

(() => {
  const { html } = rackwright.elements;
  const { path } = rackwright.words;
  const VIEWS = {
    "": rackwright.site.overview,
    hall: rackwright.site.one,
    unit: rackwright.unit.one,
    rack: rackwright.rack.one,
    fabrics: rackwright.fabric.all,
    fabric: rackwright.fabric.one,
    addresses: rackwright.addresses.all,
    changes: rackwright.lists.changes,
    unchecked: rackwright.lists.unchecked,
    search: rackwright.search.one,
  };
  const CHAPTERS = [
    ["Site", "", ["", "hall", "unit", "rack"]],
    ["Fabrics", "fabrics", ["fabrics", "fabric"]],
    ["Addresses", "addresses", ["addresses"]],
    ["Changes", "changes", ["changes"]],
    ["Not checked", "unchecked", ["unchecked"]],
  ];
  const element = (id) => document.getElementById(id);

  let turn = 0;
  let shown = { where: [], view: null };

  const words = () =>
    location.hash
      .replace(/^#\/?/, "")
      .split("/")
      .map((word) => {
        try {
          return decodeURIComponent(word);
        } catch {
          return word;
        }
      });

  const missing = (where) => ({
    title: "Not found",
    path: [],
    body: [
      html("h1", { tabindex: "-1" }, "Not found"),
      html("p", {}, `Nothing in this report is called ${where.slice(1).join(" ") || where[0]}.`),
    ],
  });

  const failed = (error) => ({
    title: "Incomplete",
    path: [],
    body: [
      html("h1", { tabindex: "-1" }, "This report is incomplete"),
      html(
        "p",
        { class: "failure" },
        `${error.message}. Keep the whole folder together, or make it again with rackwright report.`,
      ),
    ],
  });

  const viewOf = async (where, isCurrent) => {
    const [name, ...rest] = where;
    const view = Object.hasOwn(VIEWS, name) ? VIEWS[name] : null;
    try {
      return (view && (await view(rest, isCurrent))) ?? missing(where);
    } catch (error) {
      if (error instanceof Error && /^data\//.test(error.message)) return failed(error);
      throw error;
    }
  };

  const counted = (name) => {
    const { changes, review, unchecked } = rackwright.data.site();
    const count = { changes: changes.length + review.beside.length, unchecked: unchecked.length }[name];
    return count ? ` (${count})` : "";
  };

  const drawHeader = (where, view) => {
    const steps = [[rackwright.data.site().site, ""], ...view.path];
    element("path").replaceChildren(
      ...steps.map(([text, ...to], place) =>
        html(
          "li",
          {},
          html(
            "a",
            {
              href: to[0] ? path(...to) : "#/",
              "aria-current": place === steps.length - 1 ? "page" : null,
            },
            text,
          ),
        ),
      ),
    );
    element("chapters").replaceChildren(
      ...CHAPTERS.map(([text, to, views]) =>
        html(
          "li",
          {},
          html(
            "a",
            { href: `#/${to}`, "aria-current": views.includes(where[0]) ? "true" : null },
            `${text}${counted(to)}`,
          ),
        ),
      ),
    );
  };

  const scrollers = () => [...document.querySelectorAll("main .aligned, main .wide.panel")];

  // Of the same page with another choice the place on it is kept; of another page, its beginning.
  const keepPlace = () => {
    const [x, y, across] = [
      window.scrollX,
      window.scrollY,
      scrollers().map((each) => each.scrollLeft),
    ];
    const again = document.activeElement?.closest("table")
      ? "main tr[aria-current] a"
      : "main svg [tabindex='0']";
    return () => {
      window.scrollTo(x, y);
      scrollers().forEach((each, place) => {
        each.scrollLeft = across[place] ?? 0;
      });
      document.querySelector(again)?.focus({ preventScroll: true });
      element("said").textContent = document.title;
    };
  };
  const takePlace = (where) => {
    window.scrollTo(0, 0);
    document.querySelector("main tr[aria-current]")?.scrollIntoView({ block: "nearest" });
    for (const each of scrollers()) each.scrollLeft = 0;
    if (shown.view && where[0] !== "search")
      document.querySelector("main h1")?.focus({ preventScroll: true });
  };

  const draw = async () => {
    const mine = ++turn;
    const where = words();
    const view = await viewOf(where, () => mine === turn);
    if (mine !== turn) return;
    const settle =
      view.page && view.page === shown.view?.page ? keepPlace() : () => takePlace(where);
    document.title = `${view.title} · ${rackwright.data.site().site}`;
    drawHeader(where, view);
    element("main").replaceChildren(...view.body.flat(3).filter(Boolean));
    settle();
    shown = { where, view };
    if (view.after) await view.after();
    document.documentElement.dataset.drawn = location.hash || "#/";
  };

  const drawStale = () => {
    const { stale } = rackwright.data.site();
    if (!stale.reason) return;
    element("stale").replaceChildren(
      html("strong", {}, "rendered/ is not current. "),
      `${stale.reason}. This page shows the specification as it is, not what was reviewed. `,
      html("code", {}, stale.hint),
    );
  };

  const goTo = (to) => {
    if (to) location.hash = path(...to).slice(1);
  };
  const beside = (steps) => {
    const { where, view } = shown;
    const siblings = view?.siblings ?? [];
    const here = siblings.findIndex(([, ...to]) =>
      to.every((word, place) => where[place] === word),
    );
    const next = siblings[here + steps];
    if (here >= 0 && next) goTo(next.slice(1));
  };
  const up = () => {
    const steps = shown.view?.path ?? [];
    const isDeep = shown.where.length > (steps.at(-1)?.length ?? 1) - 1;
    const to = isDeep && steps.length ? steps.at(-1) : steps.at(-2);
    if (to) goTo(to.slice(1));
    else location.hash = "/";
  };

  const typed = () => {
    const query = element("find").value.trim();
    const to = query ? path("search", query) : "#/";
    if (words()[0] === "search") history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    draw();
  };

  const start = async () => {
    await rackwright.data.load("site");
    drawStale();
    rackwright.theme.start();
    rackwright.keyboard.start({ up, before: () => beside(-1), next: () => beside(1) });
    let waiting;
    element("find").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(typed, 150);
    });
    if (words()[0] === "search") element("find").value = words()[1] ?? "";
    window.addEventListener("hashchange", draw);
    await draw();
  };

  start().catch((error) => {
    element("main").replaceChildren(...failed(error).body);
    throw error;
  });
})();
