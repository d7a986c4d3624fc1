"""Nothing may be there twice: names, indexes, addresses of service nodes, serials, MACs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.asbuilt import Cell, Row
from rackwright.yamlfile import Path

_NAMED = {
    "fabrics": "fabric",
    "firmware": "lockfile",
    "pools": "pool",
    "service_nodes": "service node",
}
"""The lists of a site whose items have names, and what each is called."""


def names_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two things of one name would share files, hosts and Pulumi resources."""
    alike: set[Path] = set()
    for first, second in places.repeated(_names(loaded)):
        name, kind, path = second
        if path != first[2]:
            yield loaded.document.problem(
                path,
                "duplicate-name",
                f"{kind} {name!r} is there twice",
                hint=f"first at {loaded.document.at(first[2])}",
            )
        elif path not in alike:
            alike.add(path)
            yield loaded.document.problem(
                path,
                "duplicate-name",
                f"this gives more than one {kind} the name {name!r}",
                hint="a pattern needs every index that differs: {hall}-su{unit:02}-r{rack:02}",
            )


def indexes_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Addresses follow from indexes: two racks of one index would share every address."""
    for first, second in places.repeated(_indexes(loaded)):
        index, kind, path = second
        yield loaded.document.problem(
            path,
            "duplicate-index",
            f"two {kind} have the index {index}",
            because=(f"{_numbers(kind)} follow from indexes, so both would have the same ones",),
            hint=f"first at {loaded.document.at(first[2])}",
        )


def service_addresses_are_unique(
    loaded: Loaded, _units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """Two service nodes on one address answer in turns."""
    addresses = [
        (address, (address, ("service_nodes", place, key)))
        for place, node in enumerate(loaded.site.service_nodes)
        for key, address in (("address", node.address), ("ipv6_address", node.ipv6_address))
        if address is not None
    ]
    for first, (address, path) in places.repeated(addresses):
        yield loaded.document.problem(
            path,
            "duplicate-address",
            f"{address} is the address of two service nodes",
            hint=f"first at {loaded.document.at(first[1])}",
        )


def serials_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A serial is what a tray is known by; one that is there twice was copied by mistake."""
    cells = [(row.serial.text, (row, row.serial)) for row in _rows(loaded)]
    for first, second in places.repeated(cells):
        yield _twice("duplicate-serial", "serial", first, second)


def macs_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two devices of one MAC would be given one address, and answer for each other."""
    cells = [
        (cell.text, (row, cell))
        for row in _rows(loaded)
        for cell in (row.bmc_mac, row.in_band_mac)
        if cell.text
    ]
    for first, second in places.repeated(cells):
        yield _twice("duplicate-mac", "MAC address", first, second)


def _numbers(kind: str) -> str:
    return "P_Keys and VNIs" if kind == "tenants" else "addresses"


def _twice(code: str, what: str, first: tuple[Row, Cell], second: tuple[Row, Cell]) -> Problem:
    row, cell = first
    here = second[0]
    message = f"the {what} {cell.text} is there twice"
    because = (
        f"{here.rack.text} {here.tray.text} has it, and so has {row.rack.text} {row.tray.text}",
    )
    return second[1].problem(code, message, because, f"first at {cell.at}")


def _rows(loaded: Loaded) -> Iterator[Row]:
    for _, as_built in sorted(loaded.as_built.items()):
        yield from as_built.rows


Named = Iterator[tuple[Hashable, tuple[str, str, Path]]]


def _names(loaded: Loaded) -> Named:
    yield from _names_in_halls(loaded)
    yield from _names_of("tenant", loaded.site.tenancy, ("tenancy", "tenants"))
    for where in places.racks(loaded):
        yield ("rack", where.rack.name), (where.rack.name, "rack", where.rack.at("name"))
    for part, what in _NAMED.items():
        yield from _names_of(what, loaded.site, (part,))
    for place, pool in enumerate(loaded.site.pools):
        path: Path = ("pools", place, "nvlink_partitions")
        yield from _names_of("NVLink partition", pool, path, pool.name)


def _names_in_halls(loaded: Loaded) -> Named:
    for hall in loaded.halls:
        yield ("hall", hall.name), (hall.name, "hall", (*hall.path, "name"))
        yield from _names_of("feed", hall, (*hall.path, "feeds"), hall.path)
        yield from _names_of("cooling loop", hall, (*hall.path, "cooling"), hall.path)


def _names_of(what: str, owner: object, path: Path, within: Hashable = ()) -> Named:
    """Yield the names of what stands at `path`, the last word of which is a field of `owner`."""
    for place, each in enumerate(getattr(owner, str(path[-1]), ())):
        yield (what, within, each.name), (each.name, what, (*path, place, "name"))


def _indexes(loaded: Loaded) -> Iterator[tuple[Hashable, tuple[int, str, Path]]]:
    for hall in loaded.halls:
        yield ("hall", hall.index), (hall.index, "halls", (*hall.path, "index"))
        for unit in hall.scalable_units:
            unit_key = (hall.path, unit.index)
            yield unit_key, (unit.index, f"scalable units of hall {hall.name}", unit.at("index"))
    for number, tenant in enumerate(loaded.site.tenancy.tenants if loaded.site.tenancy else ()):
        path: Path = ("tenancy", "tenants", number, "index")
        yield ("tenant", tenant.index), (tenant.index, "tenants", path)
    for place in places.racks(loaded):
        unit = place.scalable_unit
        key = (place.hall.path, unit.layers.path, unit.index, place.rack.index)
        yield key, (place.rack.index, f"racks of {place.unit}", place.rack.at("index"))
