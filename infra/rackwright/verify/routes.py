"""Which routes a fabric must have, from its cables alone: the answer FRR's is held against.

A prefix is reached over every shortest way there is. A switch does not learn what its own AS number
is on the way of: it seems to have said that itself. That is eBGP over a Clos, without asking a
routing program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_interface

Adjacency = Mapping[str, Mapping[str, str]]
"""Switch to port to the switch that the port leads to."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A prefix that a switch must reach, and over which ports."""

    switch: str
    prefix: str
    ports: frozenset[str]


def prefixes(addresses: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return what a switch with these addresses is connected to and announces."""
    return frozenset(
        str(ip_interface(each).network) for every in addresses.values() for each in every
    )


def expected(
    adjacency: Adjacency, origins: Mapping[str, frozenset[str]], asns: Mapping[str, str]
) -> Iterator[Expected]:
    """Yield every route that every switch must have; `origins` are the prefixes each announces."""
    owners: dict[str, list[str]] = {}
    for switch, announced in origins.items():
        for prefix in announced:
            owners.setdefault(prefix, []).append(switch)
    ways: dict[tuple[str, ...], dict[str, int]] = {}
    for prefix, switches in sorted(owners.items()):
        key = tuple(sorted(switches))
        if key not in ways:
            ways[key] = _distances(adjacency, key, asns)
        distance = ways[key]
        for switch in sorted(set(distance) - set(key)):
            ports = frozenset(
                port
                for port, far in adjacency[switch].items()
                if distance.get(far, -1) == distance[switch] - 1
            )
            yield Expected(switch, prefix, ports)


def _distances(
    adjacency: Adjacency, owners: tuple[str, ...], asns: Mapping[str, str]
) -> dict[str, int]:
    """Return how far every switch that learns a prefix is from its nearest owner."""
    found = dict.fromkeys(owners, 0)
    said = dict.fromkeys(owners, frozenset[str]())
    """By switch, the AS numbers on all of its shortest ways: those do not listen to it."""
    edge = list(owners)
    while edge:
        reached: dict[str, frozenset[str]] = {}
        for switch in edge:
            path = said[switch] | {asns[switch]}
            for far in adjacency[switch].values():
                if far not in found and asns[far] not in path:
                    reached[far] = reached.get(far, path) & path
        found.update(dict.fromkeys(reached, found[edge[0]] + 1))
        said.update(reached)
        edge = list(reached)
    return found
