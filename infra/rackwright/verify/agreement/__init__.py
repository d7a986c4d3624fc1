"""Agreement: the rendered files against each other, and no specification beside them.

Each consumer reads its own file and is content. Nobody but a person with thirty files open would
see that DHCP gives a tray an address that Slurm looks for elsewhere. So every format has a reader
that boils it down to facts (`said`), and the checks hold facts of all files against each other: one
owner of every MAC, serial, address and GUID; one order of trays; no name that no file defines; each
service where a node has its role; P_Keys of exactly a pool's GUIDs; each cable in both its lists.

A new artefact: a reader, a word in `READERS`. It needs no program, so it runs where none is.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.verify.agreement import (
    addresses,
    checks,
    fabrics,
    inventories,
    management,
    monitoring,
    pages,
    plans,
    scheduling,
    switches,
)
from rackwright.verify.agreement.said import Place, Reader
from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, Rendered
from rackwright.verify.room import Room

READERS: tuple[Reader, ...] = (
    plans.read,
    management.read,
    management.folders,
    inventories.read,
    addresses.reservations,
    addresses.options,
    addresses.dns,
    addresses.hosts,
    addresses.netplan,
    addresses.chrony,
    addresses.rsyslog,
    addresses.conman,
    scheduling.imex,
    scheduling.slurm,
    fabrics.cables,
    fabrics.topology,
    fabrics.topoconfig,
    fabrics.partitions,
    fabrics.power,
    switches.startup,
    switches.frr,
    switches.cables,
    monitoring.targets,
    pages.read,
)
MOST = 50
"""More complaints than this are counted and not said."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield the one case there is: all files."""
    yield Case("all files", "site", rendered.paths, _judged(rendered))


def disagreements(rendered: Rendered) -> Iterator[checks.Disagreement]:
    """Yield everything that is said in two ways, with the place of the second."""
    said = [each for reader in READERS for each in reader(rendered)]
    trays = tuple(plans.trays(rendered))
    by_role: dict[str, list[str]] = {}
    for node in rendered.site.service_nodes:
        for role in node.roles:
            by_role.setdefault(role, []).append(node.address)
    yield from checks.facts(said)
    yield from checks.orders(said, trays)
    yield from checks.domains(said, trays)
    yield from checks.names(said)
    yield from checks.services(said, by_role)
    yield from checks.members(said)
    yield from checks.cords(said)


def _judged(rendered: Rendered) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        found = list(dict.fromkeys(disagreements(rendered)))
        for place, message in found[:MOST]:
            yield Complaint(place.path, message, _line(rendered, place))
        if len(found) > MOST:
            at = found[MOST][0]
            message = f"{len(found) - MOST} more things are said in two ways"
            yield Complaint(at.path, message, _line(rendered, at))

    return judge


def _line(rendered: Rendered, place: Place) -> int:
    """Return the line of a place; the first of its file where its words are not there."""
    if place.line:
        return place.line
    text, start = rendered.text(place.path), 0
    for word in place.words:
        start = max(text.find(word, start), start)
    return text.count("\n", 0, start) + 1


CONSUMER = Consumer(
    name="agreement",
    checks="holds every file against all others: owners, orders, names, services, cables",
    programs=(),
    cases=cases,
    is_program=False,
)
