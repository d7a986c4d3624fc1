"""The versions a pool pins run together."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import firmware
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import compatibility
from rackwright.rules.compatibility import ordered
from rackwright.spec import Loaded
from rackwright.spec.pools import Pool

_PLACES = {"kubernetes": ("kubernetes", "version"), "dra_driver": ("kubernetes", "dra_driver")}
"""Where a pool says the version of what is not under `versions`."""


def versions_are_equal(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An IMEX that was updated without the driver ends memory sharing for every job."""
    for place, given in _pinned(loaded):
        for software, other, source in compatibility.table().equal:
            mine, theirs = given.get(software), given.get(other)
            if mine and theirs and mine != theirs:
                yield loaded.document.problem(
                    ("pools", place, "versions", software),
                    "imex-driver-mismatch",
                    f"{software} is {mine}, and {other} is {theirs}",
                    because=(source,),
                    hint=f"leave {software} out: it is the version of the {other}",
                )


def versions_are_new_enough(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """CUDA on a driver of an earlier family finds no device, on every node of the pool."""
    for place, pool in enumerate(loaded.site.pools):
        given = {**firmware.versions(pool), **_of_kubernetes(pool)}
        for need in compatibility.table().needs:
            mine, theirs = given.get(need.software), given.get(need.needs)
            if not mine or not theirs:
                continue
            applies = ordered(need.first) <= ordered(mine) < ordered(need.end)
            if applies and ordered(theirs) < ordered(need.at_least):
                yield loaded.document.problem(
                    ("pools", place, *_PLACES.get(need.needs, ("versions", need.needs))),
                    "version-too-old",
                    f"{need.needs} is {theirs}, too old for {need.software} {mine}",
                    because=(
                        f"{need.software} {need.first} needs {need.needs} {need.at_least}",
                        need.source,
                    ),
                )


def versions_are_released(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A combination nobody has released together is tested by the site, in production."""
    releases = compatibility.table().releases
    for place, given in _pinned(loaded):
        if not compatibility.releases_of(given):
            yield loaded.document.problem(
                ("pools", place, "versions"),
                "versions-unreleased",
                "no release that we know has this combination of versions",
                because=(
                    f"the pool pins {', '.join(f'{k} {v}' for k, v in given.items())}",
                    f"known are {', '.join(release.name for release in releases)}",
                ),
                hint="accept it with the reason why it is right here",
                key=True,
            )


def _of_kubernetes(pool: Pool) -> dict[str, str]:
    """Return what a pool pins of its cluster, by software."""
    if pool.kubernetes is None:
        return {}
    every = {"kubernetes": pool.kubernetes.version, "dra_driver": pool.kubernetes.dra_driver}
    return {name: version for name, version in every.items() if version}


def _pinned(loaded: Loaded) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield what each pool pins, by software, with the pool's place."""
    for place, pool in enumerate(loaded.site.pools):
        if pool.versions:
            yield place, firmware.versions(pool)
