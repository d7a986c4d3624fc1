"""What power and cooling a site has and what its racks ask of it: the tables of its summary."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from rackwright.inventory import CoolingLoop, Feed, Inventory


class Load(Struct, frozen=True):
    """What a feed carries."""

    feed: str
    capacity: str
    installed: str
    planned: str
    left: str
    lost: str
    """What it carries while another feed of its hall is lost."""


class Loop(Struct, frozen=True):
    """What a cooling loop gives, and what is asked of it."""

    loop: str
    supply: str
    cdus: str
    racks: int
    needed: str
    flow: str
    heat: str
    capacity: str


def loads(inventory: Inventory) -> Iterator[Load]:
    """Yield a row for each feed of the unit."""
    for feed in inventory.feeds:
        yield Load(
            feed=f"{feed.hall} {feed.name}",
            capacity=_kilowatt(feed.capacity_kw),
            installed=_kilowatt(feed.installed_kw),
            planned=_kilowatt(feed.planned_kw),
            left=_kilowatt(feed.capacity_kw - feed.planned_kw),
            lost=_lost(feed),
        )


def loops(inventory: Inventory) -> Iterator[Loop]:
    """Yield a row for each cooling loop of the site."""
    for loop in inventory.loops:
        yield Loop(
            loop=f"{loop.hall} {loop.name}",
            supply=f"{loop.supply_celsius:g} °C",
            cdus=_cdus(loop),
            racks=loop.racks,
            needed=f"{loop.needed_lpm:,.10g} L/min",
            flow=f"{loop.flow_lpm:,.10g} L/min",
            heat=_kilowatt(loop.heat_kw),
            capacity="not given" if loop.capacity_kw is None else _kilowatt(loop.capacity_kw),
        )


def uncooled(inventory: Inventory) -> tuple[str, ...]:
    """Return the halls whose cooling nobody described."""
    described = {loop.hall for loop in inventory.loops}
    return tuple(sorted({rack.hall for rack in inventory.racks} - described))


def _lost(feed: Feed) -> str:
    if feed.redundancy == "n":
        return "not promised"
    return f"{_kilowatt(feed.lost_kw)} ({feed.redundancy})"


def _cdus(loop: CoolingLoop) -> str:
    return f"{loop.cdus - loop.spare_cdus}+{loop.spare_cdus}" if loop.spare_cdus else f"{loop.cdus}"


def _kilowatt(number: float) -> str:
    return f"{number:,.10g} kW"
