"""The page as people see it, in a real Chromium: every view, light and dark, wide and narrow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import chromium
import worlds
from rackwright import report
from rackwright.report.changes import Beside, Change, Changes

VIEWS = {
    "one-su": ("#/", "#/hall/h1", "#/unit/h1-su01", "#/rack/h1-su01-r03/c07", "#/rack/h1-spines"),
    "mixed-oem": ("#/", "#/unit/h1-su01", "#/rack/a01/c04", "#/fabrics", "#/changes"),
    "two-fabric": ("#/", "#/fabrics", "#/fabric/ib1", "#/fabric/mgmt", "#/rack/h1-su01-r01/c01"),
    "spectrum-x": (
        "#/fabric/ew/h1-su01/h1-su01-cleaf-01",
        "#/fabric/ew/h1-su01/ew-cssp-001",
        "#/fabric/ns",
        "#/fabric/mgmt",
        "#/addresses",
    ),
    "childress": ("#/", "#/hall/h3", "#/unit/h3-su17", "#/addresses", "#/fabric/h1b/h1-su20"),
}
EVERY = [(name, view) for name, views in VIEWS.items() for view in views]
FIRST_VIEW = 2.0
"""Seconds until a campus is seen, on two processors."""

FAULTS = """(() => {
  const found = [];
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`two of ${id}`);
  if (document.querySelectorAll("main h1").length !== 1) found.push("not one h1");
  for (const tag of ["main", "header", "nav"])
    if (!document.querySelector(tag)) found.push(`no ${tag}`);
  const named = (each) =>
    (each.getAttribute("aria-label") || each.getAttribute("title") || each.textContent).trim();
  for (const each of document.querySelectorAll("a[href], button"))
    if (!named(each)) found.push(`no name: ${each.outerHTML.slice(0, 80)}`);
  for (const each of document.querySelectorAll("svg"))
    if (!each.getAttribute("aria-label") && each.getAttribute("aria-hidden") !== "true")
      found.push(`a drawing without words: ${each.outerHTML.slice(0, 80)}`);
  for (const each of document.querySelectorAll("[role=region]"))
    if (!each.getAttribute("aria-label")) found.push("a region without a name");
  for (const each of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(each.getAttribute("aria-labelledby"))) found.push("no label");
  return found;
})()"""


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(("name", "view"), EVERY)
def test_a_view_is_drawn_and_has_words_for_everything(
    name: str, view: str, colours: str, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.prefer(colours)
    page.open(written(name), view)
    assert page.run("document.querySelector('main').textContent.length") > 40
    assert "Not found" not in page.run("document.querySelector('main h1').textContent")
    assert page.run(FAULTS) == []


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize(("name", "view"), EVERY)
def test_a_page_is_no_wider_than_its_window(
    name: str, view: str, width: int, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.size(width, 800)
    page.open(written(name), view)
    assert page.run("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_colours_follow_the_system_and_then_the_switch(
    colours: str, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    seen = {"light": "rgb(245, 246, 247)", "dark": "rgb(19, 22, 25)"}
    page.prefer(colours)
    page.open(written("one-su"))
    assert page.run(ground) == seen[colours]
    for chosen in ("light", "dark"):
        page.run("document.getElementById('theme').click()")
        assert page.run(ground) == seen[chosen]
    page.run("document.getElementById('theme').click()")
    assert page.run(ground) == seen[colours]


def test_a_campus_is_seen_within_two_seconds(
    browser: chromium.Browser, written: Callable[[str], Path]
) -> None:
    report_ = written("childress")
    took = []
    for _ in range(3):
        page = chromium.page(browser)
        begun = time.monotonic()
        page.open(report_)
        page.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        took.append(time.monotonic() - begun)
        assert page.run("document.querySelectorAll('.floor .tile').length") == 132
    assert min(took) < FIRST_VIEW, took


def test_a_rack_is_drawn_to_scale(page: chromium.Page, written: Callable[[str], Path]) -> None:
    page.open(written("one-su"), "#/unit/h1-su01")
    sizes = page.run(
        """[...document.querySelector(".rack").querySelectorAll(".body")].map((each) =>
          ["width", "height", "y"].map((name) => Number(each.getAttribute(name))))"""
    )
    assert len(sizes) == 35
    for width, height, _ in sizes:
        assert width / (height + 1) == pytest.approx(482.6 / 44.45)  # a seam of one pixel
    assert [round((top - 0.5) / 11) for _, _, top in sizes] == [
        *range(27),  # U37 to U11
        *range(29, 37),  # U8 to U1
    ]


def test_every_serial_of_a_rack_stands_beside_its_place(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    rows = (worlds.SITES / "one-su/as-built/h1-su01.csv").read_text().splitlines()
    mine = [row.split(",") for row in rows if row.startswith("h1-su01-r02,")]
    page.open(written("one-su"), "#/rack/h1-su01-r02")
    text = page.run("document.querySelector('.aligned table').innerText")
    for _, label, serial, bmc_mac, in_band_mac, *_ in mine:
        line = next(line for line in text.splitlines() if f"\t{label}\t" in f"\t{line}\t")
        assert {serial, bmc_mac} <= set(line.split("\t"))
        assert in_band_mac in line
    aligned = page.run(
        """[...document.querySelectorAll(".aligned .device")].map((each) => {
          const row = [...document.querySelectorAll(".aligned tbody tr")].find((one) =>
            one.cells[1].textContent === each.dataset.label);
          const box = each.querySelector(".body").getBoundingClientRect();
          const line = row.getBoundingClientRect();
          return Math.abs(box.top + box.height / 2 - line.top - line.height / 2);
        })"""
    )
    assert len(aligned) == 35
    assert max(aligned) < 3


def test_trays_of_two_rack_units_are_twice_as_high(page: chromium.Page, tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site", worlds.SITES / "mixed-oem")
    old = "{name: a03, index: 3, kind: gb300-nvl72-lenovo, state: planned, pool: train}"
    new = old.replace("gb300-nvl72-lenovo", "gb200-nvl36x2, nvlink_domain: d1")
    both = f"{new}\n          - {new.replace('a03, index: 3', 'a04, index: 4')}"
    worlds.change(site, [{"file": "site.yaml", "replace": old, "by": both}])
    page.open(report.write(site), "#/unit/h1-su01")
    heights = page.run(
        """[...[...document.querySelectorAll(".rack")].at(-1).querySelectorAll(".body.compute")]
          .map((each) => Number(each.getAttribute("height")) + 1)"""
    )
    assert set(heights) == {22}
    page.go("#/rack/a04")
    rows = page.run(
        """[...document.querySelectorAll(".aligned tbody tr")].map((each) =>
          [each.cells[1].textContent, each.getBoundingClientRect().height])"""
    )
    assert {height for label, height in rows if label.startswith("c")} == {40}


def test_what_stands_on_the_trays_can_be_chosen(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("one-su"), "#/unit/h1-su01")
    shown = "document.querySelector('.rack [data-label=c18]').textContent"
    assert "SYN052022442015282" in page.run(shown)
    page.run("document.querySelectorAll('.choice button')[1].click()")
    assert page.run(f"{shown}.endsWith('10.68.0.28')")


def test_pointing_at_a_block_of_addresses_says_whose_it_is(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("two-fabric"), "#/addresses")
    block = """(() => { const box = document.querySelector(".map").getBoundingClientRect();
      return [box.left + 8.5 * 11, box.top + 2.5 * 11]; })()"""
    x, y = page.run(block)
    page.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    said = page.run("document.querySelector('main p.mono').textContent")
    assert said == "10.72.34.0/26 h1-su18-r01, installed"
    for kind in ("mousePressed", "mouseReleased"):
        page.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    page.wait("document.documentElement.dataset.drawn === '#/rack/h1-su18-r01'")


def test_a_leaf_that_is_chosen_has_its_cables_lit(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("two-fabric"), "#/fabric/ib1/h1-su01")
    assert page.run("document.querySelectorAll('.fabric .cable').length") == 0
    page.run(
        """[...document.querySelectorAll(".fabric .leaf")].find((each) =>
          each.getAttribute("aria-label").startsWith("h1-su01-cleaf-01"))
          .dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))"""
    )
    page.wait("document.querySelector('.fabric .chosen')")
    assert page.run("document.querySelectorAll('.fabric .cable').length") == 36 + 72
    assert page.run("document.querySelectorAll('.fabric .spine.lit').length") == 72
    assert page.run("document.querySelectorAll('.fabric .position.lit').length") == 36
    listed = page.run("document.querySelectorAll('main table')[0].rows.length - 1")
    csv = (worlds.SITES / "two-fabric/rendered").rglob("cables.csv")
    assert listed == sum(path.read_text().count("h1-su01-cleaf-01/") for path in csv) + 72


def test_a_spine_of_a_pod_has_its_cables_lit_down_and_up(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("spectrum-x"), "#/fabric/ew/h1-su01/h1-su01-cspine-03")
    assert page.run("document.querySelectorAll('.fabric .leaf.lit').length") == 16
    assert page.run("document.querySelectorAll('.fabric .super-spine.lit').length") == 1
    assert page.run("document.querySelectorAll('main table')[0].rows.length - 1") == 16 * 4 + 64


def test_switches_are_drawn_where_the_site_says_they_stand(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("two-fabric"), "#/rack/h1-su01-r01")
    drawn = "[...document.querySelectorAll('.rack .device')].map((each) => each.dataset.label)"
    assert page.run(drawn)[:2] == ["p1-tor-02", "p1-tor-01"]
    page.open(written("one-su"), "#/rack/h1-spines")
    assert page.run(drawn) == [f"ib-cspine-{number:02}" for number in (4, 3, 2, 1)]


def test_switches_that_people_reload_are_marked_in_their_fabric(
    page: chromium.Page, tmp_path: Path
) -> None:
    beside = Beside("changed", "fabric ns", "MTU: 9216 → 9000", "reload: by hand", "site.yaml:42")
    reaches = (("people", "has people reload 1 switch", "ns-nsspine-02", "startup.yaml of each"),)
    changes = Changes("main", (), (beside,), "touches no rack", reaches, ("ns-nsspine-02",))
    page.open(report.write(worlds.SITES / "spectrum-x", tmp_path / "out", changes), "#/fabric/ns")
    marked = "[...document.querySelectorAll('.fabric .touched')].map((each) => each.textContent)"
    (only,) = page.run(marked)
    assert only.startswith("ns-nsspine-02, spine")
    page.go("#/changes")
    text = page.run("document.querySelector('main').innerText")
    assert all(each in text for each in ("touches no rack", *reaches[0], "MTU: 9216 → 9000"))


def test_a_tray_names_its_cables(page: chromium.Page, written: Callable[[str], Path]) -> None:
    page.open(written("spectrum-x"), "#/rack/h1-su01-r01/c03")
    text = page.run("document.querySelector('.sheet').innerText")
    rows = (worlds.SITES / "spectrum-x/rendered/h1-su01/cables.csv").read_text().splitlines()
    labels = [row.split(",")[14] for row in rows[1:] if ",h1-su01-r01-p1-dgx-01-c03," in row]
    assert len(labels) > 8
    assert all(label in text for label in labels)


SERIAL = dict(
    line.split(",")[1:3]
    for line in (worlds.SITES / "two-fabric/as-built/h1-su19.csv").read_text().splitlines()
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (SERIAL["c07"], "#/rack/h1-su19-r05/c07"),
        (SERIAL["c07"].lower(), "#/rack/h1-su19-r05/c07"),
        ("10.72.34.11", "#/rack/h1-su18-r01/c01"),
        ("h1-su18-r08", "#/rack/h1-su18-r08"),
        ("ib2-cspine-70", "#/fabric/ib2/h1-su19/ib2-cspine-70"),
        ("h1-su19-cleaf-03", "#/fabric/ib2/h1-su19/h1-su19-cleaf-03"),
    ],
)
def test_search_finds_names_serials_and_addresses(
    query: str, found: str, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("two-fabric"))
    page.press("/")
    page.write(query)
    page.wait("/match/.test(document.querySelector('main [role=status]')?.textContent)")
    page.wait("!/to go/.test(document.querySelector('main [role=status]').textContent)")
    first = page.run("document.querySelector('main tbody a')?.getAttribute('href')")
    assert first
    assert first.startswith(found)


@pytest.mark.parametrize("between", [":", "-", ".", ""])
def test_search_finds_a_mac_however_it_is_written(
    between: str, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    rows = (worlds.SITES / "two-fabric/as-built/h1-su18.csv").read_text().splitlines()
    rack, label, _, mac, *_ = rows[5].split(",")
    page.open(written("two-fabric"), f"#/search/{mac.upper().replace(':', between)}")
    assert page.run("document.querySelector('main tbody a').getAttribute('href')") == (
        f"#/rack/{rack}/{label}"
    )


def test_search_finds_one_tray_of_a_campus(
    campus: Path, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    row = (campus / "as-built/h4-su33.csv").read_text().splitlines()[-1].split(",")
    page.open(written("childress"), f"#/search/{row[2]}")
    assert page.run("document.querySelectorAll('main tbody tr').length") == 1
    assert page.run("document.querySelector('main tbody a').getAttribute('href')") == (
        f"#/rack/{row[0]}/{row[1]}"
    )


def test_keys_lead_from_rack_to_rack_and_up(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("one-su"), "#/rack/h1-su01-r02")
    for key, view in (
        ("]", "#/rack/h1-su01-r03"),
        ("[", "#/rack/h1-su01-r02"),
        ("u", "#/unit/h1-su01"),
        ("u", "#/hall/h1"),
        ("u", "#/"),
    ):
        page.press(key)
        page.wait(f"document.documentElement.dataset.drawn === {json.dumps(view)}")


def test_arrows_walk_a_rack_and_enter_opens(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("one-su"), "#/unit/h1-su01")
    assert page.run("document.querySelectorAll('.rack [tabindex=\"0\"]').length") == 8
    page.run("document.querySelector('.rack a').focus()")
    for key, label in (("ArrowDown", "c17"), ("ArrowDown", "c16"), ("ArrowUp", "c17")):
        page.press(key)
        assert page.run("document.activeElement.dataset.label") == label
    page.press("Enter")
    page.wait("document.documentElement.dataset.drawn === '#/rack/h1-su01-r01/c17'")


def test_single_keys_can_be_turned_off(page: chromium.Page, written: Callable[[str], Path]) -> None:
    page.open(written("one-su"), "#/rack/h1-su01-r02")
    page.press("?")
    page.wait("document.querySelector('dialog').open")
    page.run("document.querySelector('dialog input').click()")
    page.run("document.querySelector('dialog button').click()")
    page.press("u")
    assert page.run("location.hash") == "#/rack/h1-su01-r02"
    page.run("document.querySelector('dialog input').click()")


def test_a_page_that_is_not_current_says_so_on_every_view(
    page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("childress"), "#/unit/h2-su01")
    assert "rendered/ is not current" in page.run("document.getElementById('stale').innerText")
    page.open(written("one-su"), "#/unit/h1-su01")
    assert page.run("document.getElementById('stale').innerText") == ""


def test_a_change_is_drawn_on_its_tray_and_listed(page: chromium.Page, tmp_path: Path) -> None:
    changes = Changes(
        "main",
        (
            Change("h1-su01", "h1-su01-r02", "c05", "replaced", "serial: S1 before, S2 now"),
            Change("h1-su01", "h1-su01-r04", "", "added", "18 compute trays"),
            Change("h1-su01", "gone", "", "removed", "18 compute trays"),
        ),
    )
    made = report.write(worlds.SITES / "one-su", tmp_path / "out", changes)
    page.open(made, "#/unit/h1-su01")
    assert page.run("document.querySelectorAll('.rack .side').length") == 1
    assert "S1 before" in page.run(
        "document.querySelectorAll('.rack')[1].querySelector('[data-label=c05] title').textContent"
    )
    shown = page.run("document.querySelector('main').innerText")
    assert "\N{MINUS SIGN} removed gone" in shown
    assert "+ added" in shown
    page.go("#/changes")
    assert page.run("document.querySelectorAll('main tbody tr').length") == 3
    page.go("#/rack/gone")
    assert "no longer in the specification" in page.run("document.querySelector('main').innerText")


def test_a_piece_that_is_missing_is_named(page: chromium.Page, tmp_path: Path) -> None:
    made = report.write(worlds.SITES / "one-su", tmp_path / "out")
    page.open(made)
    (tmp_path / "out/data/unit/h1-su01.js").unlink()
    page.go("#/unit/h1-su01")
    text = page.run("document.querySelector('main').innerText")
    assert "data/unit/h1-su01.js is not there" in text
    assert "rackwright report" in text
    page.browser.events.clear()  # Chromium itself says that it found no such file


@pytest.mark.parametrize(
    "view", ["#/nothing", "#/rack/nowhere", "#/%E0%A4%A", "#/unit/constructor"]
)
def test_an_address_of_nothing_says_so(
    view: str, page: chromium.Page, written: Callable[[str], Path]
) -> None:
    page.open(written("one-su"), view)
    assert page.run("document.querySelector('main h1').textContent") == "Not found"


def test_on_paper_nothing_is_cut_off(page: chromium.Page, written: Callable[[str], Path]) -> None:
    page.prefer("dark", "print")
    page.open(written("one-su"), "#/rack/h1-su01-r03/c07")
    assert page.run("getComputedStyle(document.querySelector('.find')).display") == "none"
    assert page.run("getComputedStyle(document.querySelector('.sheet')).position") == "static"
    assert page.run("getComputedStyle(document.querySelector('h1')).color") == "rgb(26, 32, 38)"
    overflow = """[...document.querySelectorAll("main .wide, main .aligned, main .sheet")].map(
      (each) => getComputedStyle(each).overflowX)"""
    assert set(page.run(overflow)) == {"visible"}


def test_names_are_text_and_never_markup(page: chromium.Page, tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site", worlds.SITES / "one-su")
    sharp = "<img src=x onerror=document.title='owned'> & \\\"quoted\\\""
    worlds.change(
        site,
        [
            {
                "file": "site.yaml",
                "replace": "hold: its manifold waits for a pressure test",
                "by": f'hold: "{sharp}"',
            }
        ],
    )
    page.open(report.write(site), "#/unit/h1-su01")
    assert "<img src=x" in page.run("document.querySelector('main').innerText")
    assert page.run("document.querySelectorAll('img').length") == 0
