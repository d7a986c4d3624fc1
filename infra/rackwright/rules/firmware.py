"""Firmware lockfiles name what a rack has, once, in an order in which it can be updated."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from rackwright.expand.firmware import CLASSES, kinds
from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory
from rackwright.problems import Problem, did_you_mean, quoted
from rackwright.rules import compatibility, places
from rackwright.rules.references import unknown
from rackwright.spec import Loaded, firmware
from rackwright.yamlfile import Path


class Place(Struct, frozen=True):
    """A pin with its place in the order of its lockfile."""

    path: Path
    device: str
    pin: firmware.Pin

    @property
    def name(self) -> str:
        """What other pins call it."""
        return f"{self.device}.{self.pin.component}"


def components_are_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A misspelt component is pinned to a version that nothing has and nobody checks."""
    for place, lockfile in enumerate(loaded.site.firmware):
        for each in _pins(("firmware", place), lockfile):
            known = [component.name for component in compatibility.table().of(CLASSES[each.device])]
            if each.pin.component not in known:
                name = each.pin.component
                yield loaded.document.problem(
                    (*each.path, "component"),
                    "unknown-component",
                    f"{each.device} has no component {quoted(name)}",
                    hint=did_you_mean(name, known) or f"known: {', '.join(known)}",
                )


def components_are_there(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A lockfile copied from another rack pins a NIC this one does not have, and not its own."""
    for place, lockfile in enumerate(loaded.site.firmware):
        for number, name in enumerate(lockfile.kinds or ()):
            if name not in loaded.catalogue:
                path = ("firmware", place, "kinds", number)
                yield unknown(loaded, path, "unknown-hardware", "hardware", name, loaded.catalogue)
        types = [loaded.catalogue[k] for k in kinds(loaded, lockfile) if k in loaded.catalogue]
        for each in _pins(("firmware", place), lockfile):
            yield from _absent(loaded, each, types)


def components_are_pinned_once(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of two versions for one component the last one updated wins, tray by tray."""
    taken: dict[str, str] = {}
    for place, lockfile in enumerate(loaded.site.firmware):
        path: Path = ("firmware", place)
        pins = [(each.name, each) for each in _pins(path, lockfile)]
        for first, second in places.repeated(pins):
            yield loaded.document.problem(
                (*second.path, "component"),
                "firmware-twice",
                f"{second.name} is pinned twice",
                because=(f"to {first.pin.version} and to {second.pin.version}",),
                hint=f"first at {loaded.document.at((*first.path, 'component'))}",
            )
        for kind in kinds(loaded, lockfile):
            other = taken.setdefault(kind, lockfile.name)
            if other != lockfile.name:
                yield loaded.document.problem(
                    (*path, "kinds" if lockfile.kinds else "name"),
                    "firmware-twice",
                    f"{kind} has two lockfiles, {other} and {lockfile.name}",
                    hint="say under kinds which hardware types each is for",
                )


def components_are_in_order(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A component that is updated before what it needs refuses, or bricks the tray."""
    for place, lockfile in enumerate(loaded.site.firmware):
        pins = list(_pins(("firmware", place), lockfile))
        numbers: dict[str, int] = {}
        for number, each in enumerate(pins):
            numbers.setdefault(each.name, number)
        for each in pins:
            yield from _prerequisites(loaded, each, numbers)
        for order in compatibility.table().orders:
            yield from _documented(loaded, pins, order)


def _pins(path: Path, lockfile: firmware.Lockfile) -> Iterator[Place]:
    for device in CLASSES:
        for number, pin in enumerate(getattr(lockfile, device)):
            yield Place((*path, device, number), device, pin)


def _absent(loaded: Loaded, place: Place, types: list[HardwareType]) -> Iterator[Problem]:
    for component in compatibility.table().of(CLASSES[place.device]):
        if component.name != place.pin.component or not component.adapter:
            continue
        for kind in types:
            adapters = {port.adapter for device in kind.devices for port in device.ports}
            if not any(adapter.startswith(component.adapter) for adapter in adapters):
                yield loaded.document.problem(
                    (*place.path, "component"),
                    "component-not-there",
                    f"{kind.name} has no {component.title}",
                    because=(f"its ports are on {', '.join(sorted(adapters))}",),
                    hint="say under kinds which hardware types the lockfile is for",
                )
                return


def _prerequisites(loaded: Loaded, place: Place, numbers: dict[str, int]) -> Iterator[Problem]:
    for number, name in enumerate(place.pin.requires):
        path = (*place.path, "requires", number)
        if name not in numbers:
            what = "pinned component"
            yield unknown(loaded, path, "unknown-reference", what, name, numbers.keys())
        elif numbers[name] >= numbers[place.name]:
            yield loaded.document.problem(
                path,
                "firmware-order",
                f"{place.name} requires {name}, which is updated later",
                because=("a rack is updated class by class: " + ", ".join(CLASSES),),
                hint="within a class, put what is required first",
            )


def _documented(loaded: Loaded, pins: list[Place], order: compatibility.Order) -> Iterator[Problem]:
    """Yield the first pin that comes before one that its vendor puts before it."""
    rank = {name: number for number, name in enumerate(order.components)}
    found = [p for p in pins if CLASSES[p.device] == order.device and p.pin.component in rank]
    for earlier, later in pairwise(found):
        if rank[later.pin.component] < rank[earlier.pin.component]:
            yield loaded.document.problem(
                (*later.path, "component"),
                "firmware-order",
                f"{later.name} is updated after {earlier.name}",
                because=(order.source,),
                hint=f"put them in this order: {', '.join(order.components)}",
            )
            return
