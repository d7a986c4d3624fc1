"""Which firmware and software belongs where, with what the specification leaves out filled in."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.hardware import DeviceClass
from rackwright.inventory import Lockfile, Pin
from rackwright.spec import Loaded, firmware
from rackwright.spec.pools import Pool

CLASSES: dict[str, DeviceClass] = {
    "power_shelf": "power-shelf",
    "nvlink_switch": "nvlink-switch",
    "compute": "compute",
}
"""The classes by their keys in a lockfile, in the order in which a rack is updated."""


def lockfiles(loaded: Loaded) -> Iterator[Lockfile]:
    """Yield every lockfile by name, its pins in the order in which a rack is updated."""
    for lockfile in sorted(loaded.site.firmware, key=lambda each: each.name):
        yield Lockfile(
            name=lockfile.name,
            kinds=kinds(loaded, lockfile),
            source=lockfile.source or "",
            pins=tuple(_pins(lockfile)),
        )


def kinds(loaded: Loaded, lockfile: firmware.Lockfile) -> tuple[str, ...]:
    """Return the hardware types a lockfile is for: those it names, or all of the site."""
    if lockfile.kinds is not None:
        return tuple(sorted(set(lockfile.kinds)))
    racks = (rack for hall in loaded.halls for unit in hall.scalable_units for rack in unit.racks)
    return tuple(sorted({rack.kind for rack in racks if rack.kind}))


def versions(pool: Pool) -> dict[str, str]:
    """Return what a pool pins, by software; IMEX has the driver's version unless it says so."""
    pinned = pool.versions
    if pinned is None:
        return {}
    runs_imex = pool.kubernetes is None or pool.kubernetes.host_imex
    every = {
        "driver": pinned.driver,
        "imex": pinned.imex or (pinned.driver if runs_imex else None),
        "cuda": pinned.cuda,
        "doca": pinned.doca,
    }
    return {name: version for name, version in every.items() if version}


def _pins(lockfile: firmware.Lockfile) -> Iterator[Pin]:
    for key, device in CLASSES.items():
        for pin in getattr(lockfile, key):
            yield Pin(
                device_class=device,
                component=pin.component,
                version=pin.version,
                requires=pin.requires,
            )
