"""Management ports: a MAC that as-built data names has an address, and each has one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from rackwright.expand import addressing, as_built_rows, management
from rackwright.hardware import DeviceType
from rackwright.inventory import Device, Inventory
from rackwright.inventory.cabling import Fabric
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.fabrics import numbered
from rackwright.spec import Loaded


def prefixes_hold_the_plan(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two switches of one address answer in turns, and one is configured as the other."""
    per_unit = loaded.site.networks.racks_per_scalable_unit
    for place, fabric in numbered(loaded, units):
        if fabric.management and (because := tuple(_short_of(fabric, per_unit))):
            yield loaded.document.problem(
                ("fabrics", place, "switches", "management"),
                "management-too-small",
                f"{fabric.management} is too small for the switches of fabric {fabric.name}",
                because=because,
                hint=_enough(fabric, per_unit),
            )


def ports_have_addresses(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A MAC that nobody gets an address for was written down for nothing."""
    yield from _switches(loaded, units)
    found = [*_devices(loaded, units)]
    without = [each for each in found if not _is_there(*each)]
    for device, kind, inventory in without:
        row = as_built_rows(loaded, inventory.unit.name)[device.rack, device.label]
        yield row.cell("oob_mac").problem(
            "as-built-oob",
            f"{device.rack} {device.label} has nothing out of band but its BMC, so no oob_mac",
            (f"device class {kind.device_class}",),
            "leave oob_mac empty",
        )
    outside = [each for each in found if _is_there(*each) and not each[0].oob_address]
    if outside:
        yield _no_room(loaded, [device for device, _, _ in outside])


def _switches(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    for _, fabric in numbered(loaded, units):
        rows = loaded.as_built[fabric.name].rows if fabric.name in loaded.as_built else ()
        known = [row for row in rows if row.oob_mac]
        if known and not fabric.management:
            yield (
                known[0]
                .cell("oob_mac")
                .problem(
                    "as-built-oob",
                    f"{len(known)} switches of fabric {fabric.name} have a MAC, and get no address",
                    ("the site does not say where their management ports are",),
                    "write `management: {prefix: …}` under the fabric's `switches:`"
                    if fabric.mtu
                    else "leave oob_mac empty: switches of this kind are not configured",
                )
            )


def _devices(
    loaded: Loaded, units: tuple[Inventory, ...]
) -> Iterator[tuple[Device, DeviceType, Inventory]]:
    for inventory in units:
        if inventory.unit.kind == "scalable-unit" and inventory.unit.name in loaded.as_built:
            kinds = {rack.name: rack.hardware for rack in inventory.racks}
            for each in inventory.devices:
                if each.oob_mac:
                    yield each, kinds[each.rack].device_type(each.device_class), inventory


def _is_there(_device: Device, kind: DeviceType, _inventory: Inventory) -> bool:
    return any(port.name in management.PORTS for port in kind.ports)


def _no_room(loaded: Loaded, devices: list[Device]) -> Problem:
    length = loaded.site.networks.out_of_band.rack_prefix_length
    last = max(addressing.OOB_OFFSETS[each.device_class] + each.index for each in devices)
    problem = loaded.document.problem(
        ("networks", "out_of_band", "rack_prefix_length"),
        "address-pool-too-small",
        f"a /{length} has no room for {len(devices):,} ports of trays beside their BMCs",
        because=(
            f"as-built data has an oob_mac of {devices[0].rack} {devices[0].label}",
            f"the last of them is number {last}, and it has {1 << (32 - length)} addresses",
        ),
        hint=f"/{32 - (last + 1).bit_length()} or shorter, which moves every address there; "
        "or leave their oob_mac empty",
    )
    return places.concerning(problem, [each.rack for each in devices])


def _short_of(fabric: Fabric, racks_per_unit: int) -> Iterator[str]:
    """Yield what a fabric's management prefix does not hold; nothing where it holds all."""
    length, needed = (
        fabric.management_length,
        management.needed_of_unit(fabric, racks_per_unit),
    )
    if length > management.length_for(needed):
        yield (
            f"a unit has up to {needed} switches, from number {management.OFFSET + 1} on, and its "
            f"/{length} has {1 << (32 - length)} addresses"
        )
    whole = IPv4Network(fabric.management)
    parts = len(fabric.planned) << (32 - length)
    last = 1 << (32 - management.shared_length(fabric)) if management.shared(fabric) else 0
    if parts + last > whole.num_addresses:
        yield f"{len(fabric.planned)} units are planned, each with a /{length}"
        if last:
            shared = management.shared(fabric)
            yield f"what they share, {shared} switches, has a /{management.shared_length(fabric)}"
        yield f"{whole} has {whole.num_addresses:,} addresses, and {parts + last:,} are needed"


def _enough(fabric: Fabric, racks_per_unit: int) -> str:
    """Return a hint at lengths that would do."""
    fits = management.length_for(management.needed_of_unit(fabric, racks_per_unit))
    length = min(fabric.management_length, fits)
    last = min(management.shared_length(fabric), length)
    needed = len(fabric.planned) << (32 - length)
    needed += 1 << (32 - last) if management.shared(fabric) else 0
    return f"prefix: a /{32 - (needed - 1).bit_length()}, unit_prefix_length: {length} would do"
