"""SUMMARY.md: the page a reviewer opens first.

A pull request changes hundreds of rendered lines for one changed word. The pages say in a minute
what the site is now: what stands there, what it draws against what it may, what addresses are left,
which positions are open, and what nobody has checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rackwright.expand import naming, scheduling
from rackwright.hardware import DeviceClass
from rackwright.inventory import Accepted, Common, Inventory, Override, Rack
from rackwright.render import capacity, fabrics, firmware, management, monitoring, pools
from rackwright.render.ansible import pool_of
from rackwright.render.delivery import service_files, service_folders
from rackwright.render.evidence import WORDS, evidence
from rackwright.render.imex import domains
from rackwright.render.jinja import fill
from rackwright.render.slurm import hostlists


class Count(Struct, frozen=True):
    """How many of a thing are there, and how many once every planned rack is."""

    what: str
    installed: str
    planned: str


class Position(Struct, frozen=True):
    """A position that is not as the rest: open or held."""

    rack: str
    label: str
    reason: str


class Room(Struct, frozen=True):
    """What a network has left."""

    network: str
    prefix: str
    each: str
    planned: str
    possible: str
    left: str


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the pages of the unit; the site has two, its own and the one about its services."""
    common = inventory.common
    shared: dict[str, Any] = {
        "common": common,
        "counts": tuple(counts(inventory.racks)),
        "open": tuple(_open(inventory.racks)),
        "held": tuple(_held(inventory.racks)),
        "leaving": [rack for rack in inventory.racks if rack.decommission],
        "loads": tuple(capacity.loads(inventory)),
        "racks": inventory.racks,
        "overrides": tuple(_overrides(inventory)),
        "accepted": tuple(_accepted(inventory)),
        "unit": inventory.unit.name,
    }
    match inventory.unit.kind:
        case "site":
            shared |= _of_site(inventory)
            yield "SUMMARY.md", fill("summary/overview.md.j2", **shared)
            yield "site/SUMMARY.md", fill("summary/site.md.j2", **shared)
        case "scalable-unit":
            shared["hardware"] = tuple(fabrics.hardware(inventory))
            shared["ports"] = management.counts(inventory)
            shared["further"] = tuple(_further(inventory.racks))
            shared["domains"] = [(name, len(nodes)) for name, nodes in domains(inventory).items()]
            shared["evidence"] = tuple(evidence(inventory.racks))
            shared["guids"] = sum(bool(device.guids) for device in inventory.devices)
            path = f"{inventory.unit.folder}/SUMMARY.md"
            yield path, fill("summary/scalable-unit.md.j2", **shared)
        case "pool":
            pool = pool_of(inventory)
            shared |= {"pool": pool, "blocks": tuple(_blocks(inventory))}
            shared |= {"facts": tuple(pools.facts(pool)), "profile": pools.profile(pool)}
            yield f"{inventory.unit.folder}/SUMMARY.md", fill("summary/pool.md.j2", **shared)


def _of_site(inventory: Inventory) -> dict[str, Any]:
    """Return what stands on the site's pages alone."""
    common, racks = inventory.common, inventory.racks
    return {
        "fabrics": tuple(fabrics.built(inventory)),
        "loops": tuple(capacity.loops(inventory)),
        "uncooled": capacity.uncooled(inventory),
        "paired": any(len(rack.feeds) > 1 for rack in racks),
        "unlocked": firmware.unlocked(common, racks),
        "software": tuple(firmware.software(common)),
        "locked": tuple(firmware.locked(common, racks)),
        "untested": (*pools.not_checked(common), *monitoring.not_checked(common)),
        "unused": ", ".join(_unused(common)),
        "rooms": tuple(rooms(inventory)),
        "evidence": tuple(evidence(racks)),
        "units": tuple(_units(inventory)),
        "tenants": tuple(pools.tenants(common)),
        "trusted": tuple(_trusted(common)),
        "nodes": [
            (node, (*service_folders(inventory, node), *service_files(common, node)))
            for node in common.service_nodes
        ],
    }


def _trusted(common: Common) -> Iterator[tuple[str, str]]:
    """Yield for each class of BMC by which certificate they prove themselves."""
    for device_class, trust in common.trust.items():
        pins = len(trust.fingerprints)
        pinned = f"{pins} pinned certificate{'s' if pins != 1 else ''}"
        yield device_class, pinned if pins else f"the CA `{trust.ca_ref}`"


def counts(racks: tuple[Rack, ...]) -> Iterator[Count]:
    """Yield how many of everything the racks have, and will have once all are installed."""
    there = [rack for rack in racks if rack.installed]
    yield Count("racks", f"{len(there):,}", f"{len(racks):,}")
    for device_class, words in WORDS.items():
        now = sum(_present(rack, device_class) for rack in there)
        later = sum(rack.hardware.device_type(device_class).count for rack in racks)
        yield Count(words, f"{now:,}", f"{later:,}")
        if device_class == "compute":
            gpus = sum(_present(rack, device_class) * rack.hardware.host.gpus for rack in there)
            all_gpus = sum(
                rack.hardware.device_type(device_class).count * rack.hardware.host.gpus
                for rack in racks
            )
            yield Count("GPUs", f"{gpus:,}", f"{all_gpus:,}")


def _present(rack: Rack, device_class: DeviceClass) -> int:
    kind = rack.hardware.device_type(device_class)
    if not rack.open:
        return kind.count
    labels = (naming.label(kind, index) for index in range(1, kind.count + 1))
    return sum(label not in rack.open for label in labels)


def _open(racks: tuple[Rack, ...]) -> Iterator[Position]:
    for rack in racks:
        for label, reason in rack.open.items():
            yield Position(rack.name, label, _cell(reason))


def _held(racks: tuple[Rack, ...]) -> Iterator[Position]:
    for rack in racks:
        if rack.hold:
            yield Position(rack.name, "the whole rack", _cell(rack.hold))
        for label, reason in rack.holds.items():
            yield Position(rack.name, label, _cell(reason))


def _overrides(inventory: Inventory) -> Iterator[Override]:
    """Yield what is set by hand for the devices of the unit's racks."""
    here = {rack.name for rack in inventory.racks}
    for each in inventory.common.overrides:
        if each.rack in here:
            yield replace(each, value=_cell(each.value), reason=_cell(each.reason))


def _accepted(inventory: Inventory) -> Iterator[Accepted]:
    """Yield the accepted warnings; they are the site's, and so on its page alone."""
    if inventory.unit.kind == "site":
        for each in inventory.common.accepted:
            yield replace(each, reason=_cell(each.reason))


def _cell(text: str) -> str:
    """Return text that does not end the table cell it stands in."""
    return text.replace("|", "\\|")


def rooms(inventory: Inventory) -> Iterator[Room]:
    """Yield what every network and every range of numbers of the site has left."""
    for space in inventory.common.spaces:
        if space.rack_length:
            yield Room(
                network=space.title,
                prefix=space.prefix,
                each=f"/{space.rack_length} a rack",
                planned=f"{space.planned_racks:,} racks",
                possible=f"{space.possible_racks:,} racks",
                left=f"{space.possible_racks - space.planned_racks:,} racks",
            )
        else:
            nodes = inventory.common.service_nodes
            used = sum(bool(node.ipv6_address) or not space.ipv6 for node in nodes)
            usable = (1 << (128 if space.ipv6 else 32) - space.length) - 3
            yield Room(
                network=space.title,
                prefix=space.prefix,
                each="one a node",
                planned=f"{used:,} nodes" if used != 1 else "1 node",
                possible=f"{usable:,} nodes",
                left=f"{usable - used:,} nodes",
            )
    yield from _numbers(inventory.common)


def _numbers(common: Common) -> Iterator[Room]:
    """Yield what is left of the numbers that are no addresses."""
    asns, tenancy = common.asns, common.tenancy
    if asns:
        possible = (asns.last - asns.first + 1) // asns.per_rack
        yield Room(
            network="AS numbers",
            prefix=f"{asns.first}-{asns.last}",
            each=f"{asns.per_rack} a rack",
            planned=f"{asns.planned_racks:,} racks",
            possible=f"{possible:,} racks",
            left=f"{possible - asns.planned_racks:,} racks",
        )
    if tenancy:
        spent = (("P_Keys", tenancy.possible_p_keys), ("VNIs", tenancy.possible_vnis))
        for what, possible in spent:
            yield Room(
                network=what,
                prefix="",
                each="one a tenant",
                planned=f"{tenancy.planned:,} tenants",
                possible=f"{possible:,} tenants",
                left=f"{possible - tenancy.planned:,} tenants",
            )


def _unused(common: Common) -> Iterator[str]:
    """Yield the kinds of addresses that are allocated and that nothing rendered uses yet."""
    for network in ("storage", "loopbacks", "point-to-point"):
        if any(space.network == network for space in common.spaces):
            yield network
    if common.asns:
        yield "AS numbers"


def _further(racks: tuple[Rack, ...]) -> Iterator[tuple[str, str, str]]:
    for rack in racks:
        for key, subnet in rack.further.items():
            yield rack.name, key, subnet.prefix
        if rack.asn:
            yield rack.name, "AS number", str(rack.asn)


def _units(inventory: Inventory) -> Iterator[tuple[str, int, int, int]]:
    racks: dict[str, list[Rack]] = {}
    for rack in inventory.racks:
        racks.setdefault(rack.unit, []).append(rack)
    for unit in inventory.common.units:
        mine = racks.get(unit, ())
        there = [rack for rack in mine if rack.installed]
        trays = sum(_present(rack, "compute") for rack in there)
        yield unit, len(there), len(mine) - len(there), trays


def _blocks(inventory: Inventory) -> Iterator[tuple[str, str, int]]:
    there = {rack.name for rack in inventory.installed()}
    for name, trays in scheduling.blocks(inventory).items():
        planned = "" if trays[0].rack in there else " (planned)"
        yield f"{name}{planned}", hostlists(trays), len(trays)
