"""Cooling loops reach every rack, at a temperature it knows, with flow and capacity to spare."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.cooling import served
from rackwright.inventory import CoolingLoop, Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded
from rackwright.spec.layout import Hall
from rackwright.yamlfile import Path


def units_have_a_loop(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack without coolant shuts itself down a minute after it is switched on."""
    for hall in loaded.halls:
        cooled: dict[int, str] = {}
        for place, loop in enumerate(hall.cooling):
            path = (*hall.path, "cooling", place)
            for index in served(hall, loop):
                first = cooled.setdefault(index, loop.name)
                if first != loop.name:
                    yield _twice(loaded, path, f"scalable unit {index}", first, loop.name)
                    break
            yield from _beyond(loaded, path, loop.scalable_units or ())
        yield from _missing(loaded, hall, cooled) if hall.cooling else ()


def temperatures_are_in_the_table(
    loaded: Loaded, units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """Beyond the vendor's flow table nobody knows whether the rack throttles or trips."""
    for loop in _loops(units):
        if loop.beyond:
            tables = {
                rack.hardware.name: rack.hardware.cooling.flow
                for each in units
                for rack in each.racks
                if rack.hardware.name in loop.beyond
            }
            yield loaded.document.problem(
                _path(loop, "supply_celsius"),
                "supply-temperature",
                f"nobody says what flow a rack needs at {loop.supply_celsius:g} °C",
                because=tuple(
                    f"the table of {name} goes from {flow[0][0]:g} to {flow[-1][0]:g} °C"
                    for name, flow in sorted(tables.items())
                ),
                hint=_within([(flow[0][0], flow[-1][0]) for flow in tables.values()]),
            )


def loops_have_the_flow(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Too little flow is found under full load, as throttling nobody can explain."""
    for loop in _loops(units):
        if loop.flow_lpm < loop.needed_lpm and not loop.beyond:
            yield loaded.document.problem(
                _path(loop, "cdu_lpm"),
                "flow-too-small",
                f"cooling loop {loop.name} gives {loop.flow_lpm:g} L/min, "
                f"and its racks need {loop.needed_lpm:g}",
                because=(
                    _running(loop),
                    f"racks on it, planned ones too: {loop.racks}, at {loop.supply_celsius:g} °C",
                ),
                hint="colder supply needs less flow; or add CDUs",
            )


def loops_take_the_heat(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A loop that takes less heat than its racks give grows warmer until they throttle."""
    for loop in _loops(units):
        if loop.capacity_kw is not None and loop.capacity_kw < loop.heat_kw:
            yield loaded.document.problem(
                _path(loop, "cdu_kw"),
                "heat-too-high",
                f"cooling loop {loop.name} takes {loop.capacity_kw:g} kW, "
                f"and its racks give it {loop.heat_kw:g}",
                because=(
                    _running(loop),
                    f"racks on it, planned ones too: {loop.racks}, at their maximum",
                    "what they give to the air is not counted",
                ),
                hint="add CDUs, or move scalable units to another loop",
            )


def _loops(units: tuple[Inventory, ...]) -> Iterator[CoolingLoop]:
    for inventory in units:
        yield from inventory.loops


def _within(ranges: list[tuple[float, float]]) -> str:
    """Return a hint at the temperatures that every one of the flow tables has."""
    low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
    if low > high:
        return "cool these hardware types with loops of their own: no temperature suits all"
    return f"supply {low:g} to {high:g} °C, or get the vendor's flow for this temperature"


def _path(loop: CoolingLoop, key: str) -> Path:
    return ("halls", loop.hall, "cooling", loop.name, key)


def _running(loop: CoolingLoop) -> str:
    spare = f", {loop.spare_cdus} of them spare" if loop.spare_cdus else ""
    return f"it has {loop.cdus} CDU{'s' if loop.cdus > 1 else ''}{spare}"


def _twice(loaded: Loaded, path: Path, unit: str, first: str, name: str) -> Problem:
    return loaded.document.problem(
        (*path, "scalable_units"),
        "cooling-twice",
        f"{unit} is on two cooling loops, {first} and {name}",
        hint="a rack has one supply: name each scalable unit once",
    )


def _beyond(loaded: Loaded, path: Path, indexes: tuple[int, ...]) -> Iterator[Problem]:
    planned = loaded.site.networks.planned_scalable_units
    for place, index in enumerate(indexes):
        if index > planned:
            yield loaded.document.problem(
                (*path, "scalable_units", place),
                "index-beyond-plan",
                f"scalable unit {index} is not in the plan",
                because=(f"planned_scalable_units is {planned}",),
            )


def _missing(loaded: Loaded, hall: Hall, cooled: dict[int, str]) -> Iterator[Problem]:
    without = [u.index for u in hall.scalable_units if u.racks and u.index not in cooled]
    if without:
        names = ", ".join(naming.unit(hall.name, index) for index in without[:8])
        yield loaded.document.problem(
            (*hall.path, "cooling"),
            "cooling-missing",
            f"no cooling loop of {hall.name} reaches {names}{', …' if len(without) > 8 else ''}",
            because=(f"its loops reach scalable units {', '.join(map(str, sorted(cooled)))}",),
            hint="add them to scalable_units of a loop, or leave that key out: it means all",
        )
