"""Nothing may be there twice: names, indexes, service addresses, serials, MACs, GUIDs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from operator import attrgetter

from rackwright import asbuilt
from rackwright.asbuilt import GUID_COLUMNS, Row
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

_MACS = ("bmc_mac", "in_band_mac", "oob_mac")
Where = tuple[Row, str]
"""A row of the as-built data, and one of its columns."""
_NAMED = {
    "fabrics": "fabric",
    "firmware": "lockfile",
    "pools": "pool",
    "service_nodes": "service node",
}
"""The lists of a site whose items have names, and what each is called."""
_TAKEN = {
    "pools": {
        "all": "all of Ansible's hosts, and of Slurm's nodes",
        "default": "no partition: with it Slurm gives settings to those that follow",
        "ungrouped": "Ansible's hosts in no group",
    },
    "service_nodes": {
        "all": "all of Ansible's hosts",
        "compute": "the group of all compute trays in the inventories",
        "held": "the group of what is on hold in the inventories",
        "localhost": "the machine itself, on every machine",
        "ungrouped": "Ansible's hosts in no group",
    },
}
"""Names that mean something else already, by the list they could stand in, and what they mean."""


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


def names_are_free(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A Slurm partition called default does not exist, and Ansible's `all` is everything."""
    for part, taken in _TAKEN.items():
        for place, each in enumerate(getattr(loaded.site, part)):
            if each.name in taken:
                yield loaded.document.problem(
                    (part, place, "name"),
                    "name-reserved",
                    f"no {_NAMED[part]} can be called {each.name}",
                    because=(f"that name means {taken[each.name]}",),
                )


def indexes_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Addresses follow from indexes: two racks of one index would share every address."""
    yield from places.once(_same_indexes(loaded), "indexes")


def _same_indexes(loaded: Loaded) -> Iterator[tuple[str, Problem]]:
    for first, second in places.repeated(_indexes(loaded)):
        index, kind, path = second
        problem = loaded.document.problem(
            path,
            "duplicate-index",
            f"two {kind} have the index {index}",
            because=(f"{_numbers(kind)} follow from indexes, so both would have the same ones",),
            hint=f"first at {loaded.document.at(first[2])}",
        )
        yield f"{index} of {kind}", problem


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
    if _repeat(loaded, "serial"):
        yield from _twice("duplicate-serial", "serial", _cells(loaded, "serial"))


def macs_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two devices of one MAC would be given one address, and answer for each other."""
    if _repeat(loaded, *_MACS):
        yield from _twice("duplicate-mac", "MAC address", _cells(loaded, *_MACS))


def guids_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A subnet manager that sees one GUID at two ports routes to one of them."""
    cells = (
        (guid, (row, column))
        for row in _rows(loaded)
        for guid, column in zip(row.guids, GUID_COLUMNS, strict=False)
        if guid
    )
    yield from _twice("duplicate-guid", "GUID", cells)


def _numbers(kind: str) -> str:
    return "P_Keys and VNIs" if kind == "tenants" else "addresses"


def _twice(code: str, what: str, cells: Iterable[tuple[str, Where]]) -> Iterator[Problem]:
    for (row, column), (here, there) in places.repeated(cells):
        cell = here.cell(there)
        message = f"the {what} {asbuilt.plain(there, cell.text)} is there twice"
        because = (f"{here.rack} {here.tray} has it, and so has {row.rack} {row.tray}",)
        yield cell.problem(code, message, because, f"first at {row.cell(column).at}")


def _repeat(loaded: Loaded, *columns: str) -> bool:
    """Return whether some columns hold a value twice; only then is it worth asking where."""
    values = [
        value for column in columns for value in map(attrgetter(column), _rows(loaded)) if value
    ]
    return len(set(values)) < len(values)


def _cells(loaded: Loaded, *columns: str) -> Iterator[tuple[str, Where]]:
    """Yield what is written in some columns of the as-built rows, and where."""
    for row in _rows(loaded):
        for column in columns:
            if value := getattr(row, column):
                yield value, (row, column)


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
