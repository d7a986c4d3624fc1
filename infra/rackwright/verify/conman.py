"""conman: the file is put together as its unit does it, conmand starts, and its client lists it.

The logins are secrets that lie on the node alone; here they are empty, and no BMC answers.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import Placed, complaint, crashed, place, shortened
from rackwright.verify.room import Room

ASSEMBLE = "/etc/conman/assemble"
ASSEMBLED = "/run/conman/conman.conf"
LOGINS = ("compute", "nvlink-switch")
UNIT = "/etc/systemd/system/conman.service.d/rackwright.conf"
SECONDS_TO_START = 10


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield the one case there is, for the node that has the consoles."""
    for node in rendered.site.service_nodes:
        files = tuple(file for file in node.files if "/conman" in file.path)
        if files:
            sources = tuple(file.source for file in files)
            yield Case(node.name, "site", sources, _judged(rendered, files))


def _judged(rendered: Rendered, files: tuple[plan.File, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        room.shell("mkdir -p /run/conman /var/log/conman")
        for name in LOGINS:
            room.put(f"/etc/conman/{name}.login", "", 0o600)
        unit = room.run(["systemd-analyze", "verify", "--man=no", "conman.service"])
        noted = [line for line in unit.lines if "conman" in line]
        if noted:
            yield Complaint(_source(files, UNIT), noted[0], words=shortened(unit.lines))
        done = room.run(["sh", ASSEMBLE])
        if done.code:
            yield crashed(done, ASSEMBLE, _source(files, ASSEMBLE))
            return
        yield from _started(rendered, room, placed)

    return judge


def _started(rendered: Rendered, room: Room, placed: tuple[Placed, ...]) -> Iterator[Complaint]:
    with room.running(["conmand", "-F", "-c", ASSEMBLED]) as server:
        ask = ["conman", "-q"]
        started = server.until(lambda: not room.run(ask, seconds=5).code, SECONDS_TO_START)
        listed = set(room.run(ask).lines) if started else set()
        said = [line for line in server.output.splitlines() if _is_bad(line)]
    whole = room.read(ASSEMBLED).splitlines()
    for line in said:
        yield complaint(_quoted(line, whole), placed)
    if not started:
        if not said:
            words = shortened(tuple(server.output.splitlines()))
            yield Complaint(placed[0].source, "conmand does not start", words=words)
        return
    wanted = set(_consoles(rendered))
    for name in sorted(wanted - listed):
        yield complaint(f"the console of '{name}' is not listed", placed)
    for name in sorted(listed - wanted):
        yield complaint(f"'{name}' is no device of the plan", placed)
    yield from _elsewhere(rendered, whole, placed)


def _elsewhere(
    rendered: Rendered, whole: list[str], placed: tuple[Placed, ...]
) -> Iterator[Complaint]:
    """Yield consoles that lead to another BMC than their device's."""
    for name, address in _consoles(rendered).items():
        if f'CONSOLE name="{name}" dev="ipmi:{address}"' not in whole:
            yield complaint(f"the console of '{name}' does not lead to {address}", placed)


def _is_bad(line: str) -> bool:
    return "ERROR" in line or "WARNING" in line


def _quoted(line: str, whole: list[str]) -> str:
    """Return a complaint about a line of the assembled file with that line's own words quoted."""
    number = "".join(filter(str.isdigit, line.partition(f"{ASSEMBLED}:")[2][:6]))
    return f"{line.strip()}: '{whole[int(number) - 1]}'" if number else line.strip()


def _consoles(rendered: Rendered) -> dict[str, str]:
    found: dict[str, str] = {}
    for unit in rendered.site.units:
        for rack in rendered.unit(unit).racks:
            found |= {tray.name: tray.bmc.address for tray in rack.compute_trays}
            found |= {tray.name: tray.bmc.address for tray in rack.switch_trays}
    return found


def _source(files: tuple[plan.File, ...], path: str) -> str:
    return next((file.source for file in files if file.path == path), files[0].source)


CONSUMER = Consumer(
    name="conman",
    checks="puts its file together, starts, and lists the console of every device of the plan",
    programs=(Program("conmand", "conman"), Program("conman", "conman")),
    cases=cases,
    reads=("*/conman/*",),
    not_checked=(NotChecked("consoles themselves", "no BMC answers IPMI here"),),
)
