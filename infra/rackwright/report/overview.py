"""What the first view of the report shows: halls, racks, power and cooling, what nobody checked.

It is loaded at once, so it holds one short row a rack and nothing of its devices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import astuple

from rackwright import __version__, hardware
from rackwright.completeness import Statement
from rackwright.hardware import HardwareType
from rackwright.inventory import Common, CoolingLoop, Feed, Inventory, Override, Pool, Rack
from rackwright.render import summary
from rackwright.report.changes import Changes, review, rows
from rackwright.report.script import Table, table

_HEADING = "\n## Not checked\n"
_ITEM = re.compile(r"^(?:\*\*(?P<what>.*?)\*\*: ?)?(?P<sentence>.*)$")
_MARKS = re.compile(r"`|\[(?P<word>[^]]*)\]\([^)]*\)")


class Said(Struct, frozen=True):
    """What a report says of a site beside what the specification says."""

    stale: str
    """Why rendered/ is not current; empty where it is."""
    hint: str
    """What to do about that."""
    changes: Changes
    known: tuple[Statement, ...]
    """What every dry run knows and does not."""


def overview(site: Inventory, said: Said) -> dict[str, object]:
    """Return the site without its devices, as plain data; `site` is its own unit."""
    common = site.common
    types = {rack.hardware.name: rack.hardware for rack in site.racks}
    return {
        "site": common.site,
        "domain": common.domain,
        "purpose": common.purpose,
        "version": __version__,
        "stale": {"reason": said.stale, "hint": said.hint},
        "counts": table("what installed planned", map(astuple, summary.counts(site.racks))),
        "halls": list(dict.fromkeys(rack.hall for rack in site.racks)),
        "units": list(dict.fromkeys((rack.unit, rack.hall) for rack in site.racks)),
        "racks": _racks(site.racks),
        "feeds": table("hall name capacity installed planned redundancy lost", feeds(site.feeds)),
        "loops": _loops(site.loops),
        "hardware": {name: _hardware(kind) for name, kind in sorted(types.items())},
        "pools": table("name scheduler tenant image acceptance", map(_pool, common.pools)),
        "fabrics": table(
            "name kind model halls planned here leaves spines superSpines", _fabrics(common)
        ),
        "nodes": table(
            "name address ipv6 interface roles standby place", map(astuple, common.service_nodes)
        ),
        "overrides": table("rack label field value reason", map(astuple, _overrides(site))),
        "accepted": table("code at reason", map(astuple, common.accepted)),
        "unchecked": list(unchecked(site)),
        "changes": rows(said.changes.found),
        "since": said.changes.since,
        "review": review(said.changes),
        "known": table("standing what why by", _known(said.known)),
    }


def unchecked(site: Inventory) -> Iterator[tuple[str, ...]]:
    """Yield what nobody has checked, as the site's page says it: what, and sentences."""
    (page,) = (text for path, text in summary.files(site) if path == "SUMMARY.md")
    for item in page.partition(_HEADING)[2].strip().split("\n- "):
        first, *more = item.removeprefix("- ").splitlines()
        if found := _ITEM.match(first):
            yield _plain(found["what"] or ""), *map(_plain, (found["sentence"], *more))
    yield "rendered/", "its inputs are compared here; rackwright render --check compares its files."


def feeds(found: tuple[Feed, ...]) -> Iterator[tuple[object, ...]]:
    """Yield feeds as rows, in kilowatt."""
    for each in found:
        yield (
            each.hall,
            each.name,
            each.capacity_kw,
            round(each.installed_kw, 3),
            round(each.planned_kw, 3),
            each.redundancy,
            round(each.lost_kw, 3),
        )


def _known(statements: tuple[Statement, ...]) -> Iterator[tuple[str, ...]]:
    for each in statements:
        yield each.standing.value, _plain(each.what), _plain(each.why), each.by


def _plain(text: str) -> str:
    """Return a sentence of Markdown without its marks."""
    return _MARKS.sub(lambda found: found["word"] or "", text.strip())


def _racks(racks: tuple[Rack, ...]) -> Table:
    return table(
        "name hall unit index kind state hold leaving open pool domain feeds",
        (
            (
                rack.name,
                rack.hall,
                rack.unit,
                rack.index,
                rack.hardware.name,
                "installed" if rack.installed else "planned",
                rack.hold,
                rack.decommission.approval if rack.decommission else "",
                len(rack.open),
                rack.pool,
                rack.nvlink_domain,
                rack.feeds,
            )
            for rack in racks
        ),
    )


def _loops(loops: tuple[CoolingLoop, ...]) -> Table:
    return table(
        "hall name supply cdus spare racks flow needed capacity heat beyond",
        (
            (
                each.hall,
                each.name,
                each.supply_celsius,
                each.cdus,
                each.spare_cdus,
                each.racks,
                each.flow_lpm,
                each.needed_lpm,
                each.capacity_kw,
                each.heat_kw,
                each.beyond,
            )
            for each in loops
        ),
    )


def _hardware(kind: HardwareType) -> dict[str, object]:
    power, shelves = kind.power, kind.device_type("power-shelf").count
    return {
        "title": kind.title,
        "like": kind.like,
        "devices": {
            each.device_class: {"count": each.count, "height": each.height, "slots": each.slots}
            for each in kind.devices
        },
        "gpus": kind.host.gpus,
        "gpuType": kind.host.gpu_type,
        "managementSwitches": kind.management_switches,
        "power": {
            "tdp": power.tdp_kw,
            "max": power.max_kw,
            "peak": power.edpp_kw,
            "planning": power.planning_kw,
            "shelves": shelves * power.shelf_kw,
            "spareLost": (shelves - power.spare_shelves) * power.shelf_kw,
            "spareShelves": power.spare_shelves,
        },
        "standIns": [
            (fact.path, fact.source.removeprefix(hardware.STAND_IN))
            for fact in kind.facts
            if fact.source.startswith(hardware.STAND_IN) and fact.path.endswith(".slots")
        ],
    }


def _pool(pool: Pool) -> tuple[str, ...]:
    tenant = pool.tenant.name if pool.tenant else ""
    return pool.name, pool.scheduler, tenant, pool.image.name, pool.acceptance


def _fabrics(common: Common) -> Iterator[tuple[object, ...]]:
    here = set(common.units)
    for each in common.fabrics:
        units = [unit for unit in each.planned if unit in here]
        planned, leaves = len(each.planned), each.leaves_per_unit
        spines = each.spines, each.super_spines
        yield each.name, each.kind, each.model, each.halls, planned, units, leaves, *spines


def _overrides(site: Inventory) -> Iterator[Override]:
    here = {rack.name for rack in site.racks}
    return (each for each in site.common.overrides if each.rack in here)
