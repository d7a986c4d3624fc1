"""/etc/hosts: the C library itself answers for every name of a rack.

A line it does not understand it passes over, so every name of the file is asked for, and those of
the plan beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, Program, Rendered
from rackwright.verify.room import Room


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every unit with racks."""
    for unit in rendered.site.units:
        if paths := rendered.under(f"{unit}/hosts"):
            yield Case(unit, unit, paths, _judged(rendered, unit, paths))


def _judged(rendered: Rendered, unit: str, paths: Sequence[str]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        room.put("/etc/nsswitch.conf", "hosts: files\n")
        racks = {rack.name: rack for rack in rendered.unit(unit).racks}
        for path in paths:
            text = rendered.text(path)
            trays = racks[path.rpartition("/")[2]].compute_trays
            wanted = {tray.name: tray.interface.address for tray in trays}
            wanted |= {node.name: node.address for node in rendered.site.service_nodes}
            yield from _asked(room, path, text, wanted)

    return judge


def _asked(room: Room, path: str, text: str, plan: dict[str, str]) -> Iterator[Complaint]:
    room.put("/etc/hosts", text)
    said = {
        name: (address, row)
        for row, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
        for address, *names in [line.split()]
        for name in names
        if name != "localhost"  # of both families
    }
    found = dict(_answers(room, sorted({*said, *plan})))
    for name, (address, row) in said.items():
        if address not in found.get(name, ()):
            yield Complaint(path, f"{name} does not lead to {address}", row)
    for name, address in plan.items():
        if address not in found.get(name, ()):
            row = said.get(name, ("", 1))[1]
            got = ", ".join(sorted(found.get(name, ()))) or "nothing"
            yield Complaint(path, f"{name} leads to {got}, and is {address} in the plan", row)


def _answers(room: Room, names: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield what the resolver knows of each name."""
    room.put("/names", "".join(f"{name}\n" for name in names))
    script = 'while read -r name; do echo "? $name"; getent ahosts "$name" || :; done < /names\n'
    name, addresses = "", set[str]()
    for line in (*room.shell(script, seconds=60).lines, "? "):
        if line.startswith("? ") or line == "?":
            if name:
                yield name, addresses
            name, addresses = line[2:], set()
        else:
            addresses.add(str(ip_address(line.split()[0])))


CONSUMER = Consumer(
    name="hosts",
    checks="the C library leads every name to its address, which is the plan's",
    programs=(Program("getent", "libc-bin"),),
    cases=cases,
)
