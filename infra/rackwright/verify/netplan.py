"""netplan: its generator makes networkd's files of each rack, and they say what the plan does.

A host takes the entry with its own MAC; so the file of a rack must have one for each of its hosts,
with the address, the gateway and the name servers that a config drive would give it.
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
from rackwright.verify.placing import Placed, complaint, crashed
from rackwright.verify.room import Room

GENERATE = "/usr/libexec/netplan/generate"
"""What `netplan generate` runs, and then speaks to systemd, which is not here."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every scalable unit with files for its racks."""
    for unit in rendered.site.units:
        paths = rendered.under(f"{unit}/netplan")
        if paths:
            yield Case(unit, unit, paths, _judged(rendered, unit, paths))


def _judged(rendered: Rendered, unit: str, paths: tuple[str, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        found = rendered.unit(unit)
        racks = {f"{unit}/netplan/{rack.name}.yaml": rack for rack in found.racks}
        for path in paths:
            rack = racks.get(path)
            if rack is None:
                yield Complaint(path, "there is no such rack in the plan")
            else:
                yield from _rack(rendered, found, rack, path, room)

    return judge


def _rack(
    rendered: Rendered, unit: plan.UnitPlan, rack: plan.Rack, path: str, room: Room
) -> Iterator[Complaint]:
    root = f"/tmp/{rack.name}"  # noqa: S108  (the room's own)
    put = Placed(f"{root}/etc/netplan/60-rackwright.yaml", path, rendered.text(path))
    room.put(put.path, put.text, 0o600)
    done = room.run([GENERATE, "--root-dir", root])
    if done.code or done.lines:
        named = [line for line in done.lines if put.path in line]
        yield complaint(named[0], (put,)) if named else crashed(done, GENERATE, path)
        return
    made = room.shell(f'cd {root}/run/systemd/network; for f in *; do echo "FILE $f"; cat $f; done')
    ports = dict(_ports(made.lines))
    for tray in rack.compute_trays:
        port = tray.interface
        wanted = (
            port.name,
            (f"{port.address}/{port.prefix_length}",),
            (port.gateway,),
            unit.nameservers,
        )
        given = ports.get(port.mac)
        if given != wanted:
            words = (
                f"{tray.name} at '{port.mac}' gets {_words(given)}; the plan has {_words(wanted)}"
            )
            yield complaint(words, (put,))


Port = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""The name of an interface, its IPv4 addresses, its IPv4 gateways, its name servers."""


def _ports(lines: tuple[str, ...]) -> Iterator[tuple[str, Port]]:
    """Yield what every .network file gives to which MAC."""
    name, settings = "", dict[str, list[str]]()
    for line in (*lines, "FILE end"):
        if line.startswith("FILE "):
            if name.endswith(".network"):
                yield settings["PermanentMACAddress"][0], _port(settings)
            name, settings = line.removeprefix("FILE "), {}
        else:
            key, found, value = line.partition("=")
            if found:
                settings.setdefault(key, []).append(value)


def _port(settings: dict[str, list[str]]) -> Port:
    return (
        "".join(settings.get("Name", ())),
        tuple(each for each in settings.get("Address", ()) if ":" not in each),
        tuple(each for each in settings.get("Gateway", ()) if ":" not in each),
        tuple(settings.get("DNS", ())),
    )


def _words(port: Port | None) -> str:
    if port is None:
        return "nothing"
    name, addresses, gateways, servers = port
    given = f"{' '.join(addresses) or 'no address'} on {name} by {' '.join(gateways) or 'nobody'}"
    return f"{given}, names from {' '.join(servers) or 'nobody'}"


CONSUMER = Consumer(
    name="netplan",
    checks="makes networkd's files, which give every host what the plan has for its MAC",
    programs=(Program("netplan", "netplan.io"),),
    cases=cases,
    reads=("*/netplan/*",),
    not_checked=(NotChecked("links coming up", "no port with such a MAC is here"),),
)
