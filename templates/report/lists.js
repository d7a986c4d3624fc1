// What changed, and what nobody has checked.
"use strict";

rackwright.lists = (() => {
  const { html, table } = rackwright.elements;
  const { SIGNS, link, many, mono, rack, unit, word } = rackwright.words;

  const where = (change) => {
    if (!rackwright.data.lookUp().rack.has(change.rack))
      return [mono(change.rack), " ", mono(change.label)];
    return change.label
      ? link(`${change.rack} ${change.label}`, "rack", change.rack, change.label)
      : rack(change.rack);
  };

  const changesTable = (caption, changes) =>
    table(
      caption,
      [
        ["change", (each) => word(each.kind, `${SIGNS[each.kind]} ${each.kind}`)],
        ["what", where],
        [
          "unit",
          (each) => (rackwright.data.lookUp().hallOf.has(each.unit) ? unit(each.unit) : each.unit),
        ],
        ["was and will be", (each) => each.text, "text"],
        ["on the metal", (each) => each.does, "text"],
      ],
      changes,
    );

  // How far a change reaches, then all of it; what is in no rack has no drawing to be marked in.
  const reviewed = ({ changes: ofRacks, review }) => [
    review.summary ? html("p", {}, html("strong", {}, `${review.summary}.`)) : null,
    review.reaches.length
      ? table(
          "What happens",
          [
            ["who", (each) => each.who],
            ["does", (each) => each.does, "text"],
            ["where", (each) => each.where, "text"],
            ["because of", (each) => each.because, "text"],
          ],
          review.reaches,
        )
      : null,
    html("h2", {}, "Racks and devices"),
    ofRacks.length
      ? changesTable("Changes of racks and devices", ofRacks)
      : html("p", {}, "No rack and no device differs."),
    html("h2", {}, "All else"),
    review.beside.length
      ? table(
          "Changes of what is in no rack",
          [
            ["change", (each) => word(each.kind, `${SIGNS[each.kind]} ${each.kind}`)],
            ["what", (each) => each.title, "text"],
            ["was and will be", (each) => each.text, "text"],
            ["on the metal", (each) => each.does, "text"],
            ["because of", (each) => each.because, "text"],
          ],
          review.beside,
        )
      : html("p", {}, "Nothing else differs."),
  ];

  const changes = () => {
    const site = rackwright.data.site();
    return {
      title: "Changes",
      path: [["Changes", "changes"]],
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          "Changes",
          html("small", {}, site.since ? `since ${site.since}` : ""),
        ),
        site.since
          ? reviewed(site)
          : html(
              "p",
              {},
              "Nothing was compared: git knows no earlier state of this site. " +
                "rackwright report --since REVISION names one.",
            ),
      ],
    };
  };

  const section = (title, caption, columns, rows, none) => [
    html("h2", {}, title),
    rows.length ? table(caption, columns, rows) : html("p", { class: "muted" }, none),
  ];

  const unchecked = () => {
    const site = rackwright.data.site();
    return {
      title: "Not checked",
      path: [["Not checked", "unchecked"]],
      body: [
        html(
          "h1",
          { tabindex: "-1" },
          "Not checked",
          html("small", {}, many(site.unchecked.length, "thing")),
        ),
        html(
          "ul",
          { class: "list" },
          site.unchecked.map(([what, sentence, ...more]) =>
            html(
              "li",
              {},
              what ? [html("strong", {}, what), ": "] : null,
              sentence,
              more.length
                ? html(
                    "ul",
                    {},
                    more.map((each) => html("li", {}, each)),
                  )
                : null,
            ),
          ),
        ),
        [...rackwright.data.grouped(site.known, (each) => each.standing)].map(([standing, all]) =>
          section(
            `At any site: ${standing}`,
            `At any site: ${standing}`,
            [
              ["what", (each) => each.what, "text"],
              ["why", (each) => each.why, "text"],
              ["said by", (each) => each.by],
            ],
            all,
          ),
        ),
        section(
          "Accepted warnings",
          "Accepted warnings",
          [
            ["code", (each) => mono(each.code)],
            ["at", (each) => each.at || "everywhere"],
            ["reason", (each) => each.reason, "text"],
          ],
          site.accepted,
          "none",
        ),
        section(
          "Overrides",
          "Overrides",
          [
            ["device", (each) => link(`${each.rack} ${each.label}`, "rack", each.rack, each.label)],
            ["field", (each) => mono(each.field)],
            ["value", (each) => mono(each.value)],
            ["reason", (each) => each.reason, "text"],
          ],
          site.overrides,
          "none",
        ),
      ],
    };
  };

  return { changes, changesTable, unchecked };
})();
