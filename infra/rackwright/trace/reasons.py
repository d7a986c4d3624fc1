"""Why each value of a rack and of a device is what it is: one entry per field.

Most values are written by somebody, in one of several layers, and the weaker layers are worth
knowing: they say what it would be otherwise. The others are arithmetic, shown with its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from rackwright import expand
from rackwright.asbuilt import GUID_COLUMNS, OOB_COLUMN
from rackwright.expand import addressing, networks
from rackwright.hardware import HardwareType
from rackwright.inventory import Device, Rack, Subnet
from rackwright.problems import NoSuchValue, Position
from rackwright.rules.places import Place
from rackwright.spec import Loaded, layout


class Reason(Struct, frozen=True):
    """One step of why a value is what it is, and where that is written."""

    text: str
    at: Position | None = None


class Subject(Struct, frozen=True):
    """A rack, or a device in it, with everything its values come from."""

    loaded: Loaded
    place: Place
    rack: Rack
    device: Device | None = None
    inside: tuple[str, ...] = ()
    """Which part of the value is asked for."""

    def at(self, *path: str | int) -> Position:
        """Return where a value stands in the specification."""
        return self.loaded.document.at(path)


def text(value: Any) -> str:  # noqa: ANN401  (any value of an inventory)
    """Return a value as people read it."""
    if isinstance(value, HardwareType):
        return value.name
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(text, value))
    return "none" if value in (None, "", {}) else str(value)


def _given(field: str, otherwise: str = "") -> Callable[[Subject], Iterator[Reason]]:
    """Return the reasons of a value that people write: its layers, the strongest first."""

    def reasons(subject: Subject) -> Iterator[Reason]:
        rack = subject.place.rack
        given = [each for each in reversed(rack.layers.chain) if field in each.values]
        for number, layer in enumerate(given):
            words = "given here" if number == 0 else "without that, it would be this"
            at = subject.loaded.document.at((*layer.path, field))
            yield Reason(f"{words}: {_written(layer.values[field])}", at)
            yield from _selector(subject, layer)
        if not given:
            yield Reason(otherwise or f"nobody gives {field}")

    return reasons


def _selector(subject: Subject, layer: layout.Layer) -> Iterator[Reason]:
    """Yield what makes a layer one of this rack: the index of an exception."""
    index = (*layer.path, "index")
    if index in subject.loaded.document.values and layer.path[-2:-1] == ("exceptions",):
        yield Reason(f"what differs for rack {subject.rack.index}", subject.at(*index))


def _pool(subject: Subject) -> Iterator[Reason]:
    yield from _given("pool")(subject)
    pools = subject.loaded.site.pools
    number = next(place for place, pool in enumerate(pools) if pool.name == subject.rack.pool)
    yield Reason(f"the pool {subject.rack.pool}", subject.at("pools", number, "name"))


def _written(value: Any) -> str:  # noqa: ANN401  (any value of the specification)
    return ", ".join(value) if isinstance(value, dict) else text(value)


def _feeds(subject: Subject) -> Iterator[Reason]:
    unit, document = subject.place.scalable_unit, subject.loaded.document
    yield Reason("the feed of its scalable unit", document.at(unit.at("feed")))
    if unit.second_feed:
        yield Reason("the other feed of the pair", document.at(unit.at("second_feed")))


def _hall(subject: Subject) -> Iterator[Reason]:
    hall = subject.place.hall
    yield Reason("the hall it stands in", subject.loaded.document.at((*hall.path, "name")))


def _index(subject: Subject) -> Iterator[Reason]:
    at = subject.loaded.document.at(subject.place.rack.at("index"))
    yield Reason("its explicit index, or its place in a range of them", at)


def _pod(subject: Subject) -> Iterator[Reason]:
    at = subject.loaded.document.at(subject.place.scalable_unit.at("index"))
    yield Reason("the explicit index of its scalable unit, or its place in a range of them", at)


def _unit(subject: Subject) -> Iterator[Reason]:
    yield Reason(f"hall {subject.rack.hall}, and scalable unit {subject.rack.pod}")
    yield from _pod(subject)


def _number(subject: Subject, hall: int | None = None) -> Iterator[Reason]:
    plan, rack = subject.loaded.site.networks, subject.rack
    units, racks = plan.planned_scalable_units, plan.racks_per_scalable_unit
    index = subject.place.hall.index if hall is None else hall
    number = addressing.rack_number(
        index, rack.pod, rack.index, units_per_hall=units, racks_per_unit=racks
    )
    yield Reason(
        f"{number} = ((hall {index} - 1) x {units} + unit {rack.pod} - 1) x {racks} "
        f"+ rack {rack.index} - 1"
    )
    for text, key in (
        (f"{units} units a hall", "planned_scalable_units"),
        (f"{racks} racks a unit", "racks_per_scalable_unit"),
    ):
        path = ("networks", key)
        written = path in subject.loaded.document.values
        yield Reason(text, subject.at(*path)) if written else Reason(f"{text}, by default")
    if hall is None:
        yield Reason(f"hall {index}", subject.at(*subject.place.hall.path, "index"))


def _subnet(key: str) -> Callable[[Subject], Iterator[Reason]]:
    def reasons(subject: Subject) -> Iterator[Reason]:
        hall_cuts = networks.of_hall(subject.loaded.site, subject.place.hall)
        cut = next(cut for cut in hall_cuts if cut.key == key and not cut.ipv6)
        yield from _cut(subject, cut)
        if cut.hall:
            yield Reason(f"{cut.hall} brings the prefix, so its racks count from its first")
        yield from _number(subject, 1 if cut.hall else None)

    return reasons


def _cut(subject: Subject, cut: networks.Cut) -> Iterator[Reason]:
    site, rack = subject.loaded.site, subject.rack
    number = rack.number
    if cut.hall:
        hall = subject.place.hall.index - 1
        number -= networks.racks_of_halls(site, hall)
    at = subject.loaded.document.at(cut.path)
    yield Reason(f"the rack's /{cut.length} is number {number}, from 0, in {cut.prefix}", at)
    length = (*cut.path[:-1], "rack_prefix_length")
    if length in subject.loaded.document.values:
        yield Reason(f"a /{cut.length} for each rack", subject.at(*length))


def _further(subject: Subject) -> Iterator[Reason]:
    """Yield why each further prefix is what it is, and the address a device has in it."""
    asked = "".join(subject.inside[:1])
    if not subject.rack.further:
        yield Reason("the site has no networks but the two that every rack needs")
    for cut in networks.of_hall(subject.loaded.site, subject.place.hall):
        is_asked = asked.startswith(cut.key) and asked.endswith("_ipv6") == cut.ipv6
        if cut.subnet_key not in subject.rack.further or (asked and not is_asked):
            continue
        if subject.device and asked:
            yield Reason(f"{_inside(subject.device, asked, cut)} {cut.subnet_key}")
        yield from _cut(subject, cut)
        yield from _number(subject, 1 if cut.hall else None)


def _inside(device: Device, asked: str, cut: networks.Cut) -> str:
    if cut.key == "point_to_point":
        link, tray = asked.split("_")[3], device.index
        stride = addressing.LINK_STRIDE
        return f"(link {link} - 1) x {stride} + 2 x tray {tray} + 1, in the rack's"
    offset = addressing.OFFSETS[device.device_class]
    return f"{offset} for a {device.device_class} + its index {device.index}, in the rack's"


def _asn(subject: Subject) -> Iterator[Reason]:
    asns, tray = subject.loaded.site.networks.asns, subject.device
    if asns is None or (tray and not tray.is_host):
        yield Reason("it has none")
        return
    own = f" + tray {tray.index}" if tray and asns.per_rack > 1 else ""
    yield Reason(
        f"{asns.first} + rack number {subject.rack.number} x {asns.per_rack}{own}",
        subject.at("networks", "asns", "first"),
    )
    yield from _number(subject)


def _device(subject: Subject) -> Device:
    if subject.device is None:
        raise NoSuchValue("this is no tray")
    return subject.device


def _address(key: str) -> Callable[[Subject], Iterator[Reason]]:
    def reasons(subject: Subject) -> Iterator[Reason]:
        device, subnet = _device(subject), _subnet_of(subject.rack, key)
        offset = addressing.OFFSETS[device.device_class]
        yield Reason(
            f"{subnet.prefix} + {offset} for a {device.device_class} + its index {device.index}"
            if key == "out_of_band" or device.is_host
            else "it has no host of ours"
        )
        yield from _subnet(key)(subject)

    return reasons


def _subnet_of(rack: Rack, key: str) -> Subnet:
    return rack.out_of_band if key == "out_of_band" else rack.in_band


def _hardware(subject: Subject) -> Iterator[Reason]:
    yield Reason(f"the hardware type {subject.rack.hardware.name} says so")
    yield from _given("kind")(subject)


def _named(subject: Subject) -> Iterator[Reason]:
    rack, device = subject.rack, _device(subject)
    yield Reason(f"rack {rack.name}, pod {rack.pod}, rack index {rack.index}, {device.label}")
    yield from _given("name", "the default pattern")(subject)


def _as_built(column: str) -> Callable[[Subject], Iterator[Reason]]:
    def reasons(subject: Subject) -> Iterator[Reason]:
        rows = expand.as_built_rows(subject.loaded, subject.rack.unit)
        row = rows.get((subject.rack.name, _device(subject).label))
        if row is None:
            yield Reason("no as-built row names this position")
        elif column == OOB_COLUMN and not row.oob_mac:
            yield Reason("the as-built data names none")
        else:
            yield Reason("the as-built data", row.cell(column).at)

    return reasons


def _oob_address(subject: Subject) -> Iterator[Reason]:
    device, subnet = _device(subject), subject.rack.out_of_band
    offset = addressing.OOB_OFFSETS.get(device.device_class)
    if offset is None:
        yield Reason("it has nothing out of band but its BMC")
        return
    room = "" if device.oob_address else ", which is beyond the prefix"
    words = f"{subnet.prefix} + {offset} for what else a {device.device_class} has + its index"
    yield Reason(f"{words} {device.index}{room}")
    yield from _subnet("out_of_band")(subject)


def _guids(subject: Subject) -> Iterator[Reason]:
    if _device(subject).guids:
        yield from _as_built(GUID_COLUMNS[0])(subject)
    else:
        yield Reason("the as-built data names none")


def _of_tray(field: str) -> Callable[[Subject], Iterator[Reason]]:
    def reasons(subject: Subject) -> Iterator[Reason]:
        if field == "hold" and subject.rack.hold:
            yield Reason("the whole rack is held")
            yield from _given("hold")(subject)
        else:
            yield from _given("trays", f"nobody gives {field}")(subject)

    return reasons


def _partition(subject: Subject) -> Iterator[Reason]:
    pools = subject.loaded.site.pools
    number = next(place for place, pool in enumerate(pools) if pool.name == subject.rack.pool)
    if not pools[number].nvlink_partitions:
        yield Reason(f"pool {subject.rack.pool} does not divide its NVLink domains")
        return
    at = subject.at("pools", number, "nvlink_partitions")
    yield Reason(f"pool {subject.rack.pool} divides every NVLink domain so", at)


RACK_REASONS: Mapping[str, Callable[[Subject], Iterator[Reason]]] = {
    "name": _given("name", "the default pattern, filled with hall, unit and rack"),
    "hall": _hall,
    "unit": _unit,
    "pod": _pod,
    "index": _index,
    "number": _number,
    "hardware": _given("kind"),
    "installed": _given("state"),
    "pool": _pool,
    "nvlink_domain": _given("nvlink_domain", "a rack is a domain of its own"),
    "feeds": _feeds,
    "hold": _given("hold"),
    "decommission": _given("decommission"),
    "open": _given("trays", "nobody says anything of its trays"),
    "holds": _given("trays", "nobody says anything of its trays"),
    "out_of_band": _subnet("out_of_band"),
    "in_band": _subnet("in_band"),
    "further": _further,
    "asn": _asn,
    "partitions": _partition,
}
"""Why, by field of a rack."""

DEVICE_REASONS: Mapping[str, Callable[[Subject], Iterator[Reason]]] = {
    "name": _named,
    "rack": _given("name", "the default pattern, filled with hall, unit and rack"),
    "device_class": _hardware,
    "label": _hardware,
    "index": _hardware,
    "slot": _hardware,
    "redfish": _hardware,
    "bmc_address": _address("out_of_band"),
    "address": _address("in_band"),
    "open": _of_tray("open"),
    "hold": _of_tray("hold"),
    "serial": _as_built("serial"),
    "bmc_mac": _as_built("bmc_mac"),
    "in_band_mac": _as_built("in_band_mac"),
    "guids": _guids,
    "further": _further,
    "asn": _asn,
    "partition": _partition,
    "oob_mac": _as_built(OOB_COLUMN),
    "oob_address": _oob_address,
}
"""Why, by field of a device."""
