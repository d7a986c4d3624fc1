"""One thing said twice must be the same thing: owners, orders, names, services, members, cables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from rackwright.verify.agreement.said import (
    Cord,
    Defined,
    Domain,
    Fact,
    Members,
    Mention,
    Place,
    Roll,
    Said,
    Service,
)

Disagreement = tuple[Place, str]
Kind = TypeVar("Kind", bound=Said)


def facts(said: Sequence[Said]) -> Iterator[Disagreement]:
    """Yield values that a device has not everywhere, and values that two devices have."""
    values: dict[tuple[str, str], Fact] = {}
    owners: dict[tuple[str, str], Fact] = {}
    for fact in _of(said, Fact):
        first = values.setdefault((fact.device, fact.kind), fact)
        if first.value != fact.value:
            message = f"the {fact.kind} of {fact.device} is {fact.value} here, and {first.value} in"
            yield fact.at, f"{message} {first.at.path}"
            continue
        owner = owners.setdefault((_space(fact.kind), fact.value), fact)
        if (owner.device, owner.kind) != (fact.device, fact.kind):
            message = f"{fact.value} is the {fact.kind} of {fact.device} here, and the"
            yield fact.at, f"{message} {owner.kind} of {owner.device} in {owner.at.path}"


def orders(said: Sequence[Said], trays: Sequence[str]) -> Iterator[Disagreement]:
    """Yield trays that stand in another order than in their rack, or twice."""
    place = {name: number for number, name in enumerate(trays)}
    for roll in _of(said, Roll):
        known = [(name, at) for name, at in zip(roll.names, roll.at, strict=True) if name in place]
        for (before, _), (name, at) in pairwise(known):
            if name == before:
                yield at, f"{name} is twice in {roll.title}"
            elif place[name] < place[before]:
                yield at, f"{name} stands behind {before} in {roll.title}"


def domains(said: Sequence[Said], trays: Iterable[str]) -> Iterator[Disagreement]:
    """Yield the NVLink domains that one program cuts otherwise than another."""
    there = frozenset(trays)
    first: dict[str, Domain] = {}
    for domain in _of(said, Domain):
        mine = domain.trays & there
        others = {first[name].name: first[name] for name in sorted(mine) if name in first}
        for other in others.values():
            if other.program != domain.program and other.trays & there != mine:
                apart = ", ".join(sorted(mine ^ (other.trays & there)))
                message = f"{domain.program}'s {domain.name} and {other.program}'s {other.name}"
                yield domain.at, f"{message} are not the same trays: {apart}"
        first |= {name: domain for name in mine if name not in first}


def names(said: Sequence[Said]) -> Iterator[Disagreement]:
    """Yield names that no file defines."""
    known = {(each.kind, each.name) for each in _of(said, Defined)}
    for mention in _of(said, Mention):
        if (mention.kind, mention.name) not in known:
            yield mention.at, f"there is no {mention.kind} {mention.name}"


def services(said: Sequence[Said], by_role: Mapping[str, Iterable[str]]) -> Iterator[Disagreement]:
    """Yield service addresses at which no node has the role."""
    for service in _of(said, Service):
        if service.address not in by_role.get(service.role, ()):
            yield service.at, f"no service node with role {service.role} has {service.address}"


def members(said: Sequence[Said]) -> Iterator[Disagreement]:
    """Yield lists of members that are not the same in two files."""
    first: dict[str, Members] = {}
    for each in _of(said, Members):
        other = first.setdefault(each.title, each)
        if each.names != other.names:
            more, fewer = sorted(each.names - other.names), sorted(other.names - each.names)
            told = [f"{len(more)} too many, {more[0]} first"] if more else []
            told += [f"{len(fewer)} too few, {fewer[0]} first"] if fewer else []
            yield each.at, f"{each.title}: {' and '.join(told)}, against {other.at.path}"


def cords(said: Sequence[Said]) -> Iterator[Disagreement]:
    """Yield ports with two cables, and cables that are in one of two lists of a fabric."""
    ports: dict[tuple[str, str], Cord] = {}
    lists: dict[tuple[str, str], dict[frozenset[tuple[str, str]], Cord]] = {}
    for cord in _of(said, Cord):
        lists.setdefault((cord.fabric, cord.source), {}).setdefault(cord.ends, cord)
        for device, port in sorted(cord.ends) if cord.source == "cables.csv" else ():
            other = ports.setdefault((device, port), cord)
            if other is not cord:
                first = f"{other.at.path}:{other.at.line}"
                yield cord.at, f"{device} {port} has a cable already, at {first}"
    for (fabric, source), found in lists.items():
        others = lists.get((fabric, "cables.csv"), {})
        if source != "cables.csv":
            yield from _missing(found, others, f"cables.csv of {fabric}")
            yield from _missing(others, found, f"{source} of {fabric}")


def _missing(
    found: Mapping[frozenset[tuple[str, str]], Cord],
    others: Collection[frozenset[tuple[str, str]]],
    title: str,
) -> Iterator[Disagreement]:
    for ends, cord in found.items():
        if ends not in others:
            ways = " to ".join(f"{device} {port}" for device, port in sorted(ends))
            yield cord.at, f"the cable {ways} is not in the {title}"


def _space(kind: str) -> str:
    """Return what a value of a kind is unique among: a BMC has no address that a host has."""
    return next(word for word in ("serial", "MAC", "address", "GUID") if word in kind)


def _of(said: Iterable[Said], kind: type[Kind]) -> Iterator[Kind]:
    return (each for each in said if isinstance(each, kind))
