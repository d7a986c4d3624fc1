"""What is pinned and what is not: the firmware and the software in the summaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from rackwright.inventory import Common, Lockfile, Pin, Rack
from rackwright.render.evidence import WORDS

if TYPE_CHECKING:
    from rackwright.rules.compatibility import Component


class Step(Struct, frozen=True):
    """One update of a rack."""

    number: int
    device: str
    component: str
    version: str
    requires: str


class Locked(Struct, frozen=True):
    """A lockfile as a table."""

    name: str
    kinds: str
    source: str
    steps: tuple[Step, ...]
    unpinned: str
    """Components of these racks that it leaves out; empty where it leaves none."""


def locked(common: Common, racks: Iterable[Rack]) -> Iterator[Locked]:
    """Yield every lockfile of the site as a table."""
    adapters = {
        rack.hardware.name: {port.adapter for each in rack.hardware.devices for port in each.ports}
        for rack in racks
    }
    for lockfile in common.lockfiles:
        there = set().union(*(adapters.get(kind, set()) for kind in lockfile.kinds))
        yield Locked(
            name=lockfile.name,
            kinds=", ".join(lockfile.kinds),
            source=lockfile.source,
            steps=tuple(_step(number, pin) for number, pin in enumerate(lockfile.pins, start=1)),
            unpinned=", ".join(_unpinned(lockfile, there)),
        )


def unlocked(common: Common, racks: Iterable[Rack]) -> tuple[str, ...]:
    """Return the hardware types no lockfile is for."""
    covered = {kind for lockfile in common.lockfiles for kind in lockfile.kinds}
    return tuple(sorted({rack.hardware.name for rack in racks} - covered))


def software(common: Common) -> Iterator[tuple[str, str]]:
    """Yield each pool with a sentence about the versions it pins."""
    from rackwright.rules import compatibility

    for pool in common.pools:
        if not pool.versions:
            yield pool.name, "no versions of driver, IMEX, CUDA and DOCA are pinned"
            continue
        pinned = ", ".join(f"{name} {version}" for name, version in pool.versions.items())
        releases = compatibility.releases_of(pool.versions)
        known = f"as in {' and '.join(releases)}" if releases else "in no release that was read"
        yield pool.name, f"{pinned}, {known}; no node is asked what it has"


def _step(number: int, pin: Pin) -> Step:
    from rackwright.rules import compatibility

    return Step(
        number=number,
        device=WORDS[pin.device_class],
        component=next(
            component.title
            for component in compatibility.table().of(pin.device_class)
            if component.name == pin.component
        ),
        version=pin.version,
        requires=", ".join(pin.requires),
    )


def _unpinned(lockfile: Lockfile, adapters: set[str]) -> Iterator[str]:
    from rackwright.rules import compatibility

    pinned = {(pin.device_class, pin.component) for pin in lockfile.pins}
    for component in compatibility.table().components:
        if (component.device, component.name) not in pinned and _is_there(component, adapters):
            yield f"{component.title} of {WORDS[component.device]}"


def _is_there(component: Component, adapters: set[str]) -> bool:
    return any(adapter.startswith(component.adapter) for adapter in adapters)
