"""How far a change reaches: what it touches, what happens there, and what is left alone.

What changes is one thing; what happens because of it is often much more: one line in slurm.conf
restarts a program on every node of a pool. Which host gets which file is in the same lists that
Ansible ships by, and which program reads it in effects.yaml: the reach is looked up, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from rackwright import plan
from rackwright.diff.effects import NONE, UNKNOWN, Table
from rackwright.diff.facts import Record
from rackwright.diff.model import Blast, Change, Consequence, FileChange, Reach, Sign
from rackwright.inventory import SITE_UNIT, Common, Inventory, Rack
from rackwright.render import delivery


class Readers(Struct):
    """Hosts on which one program reads files that change."""

    title: str
    consequence: Consequence
    hosts: dict[str, int]
    """Compute trays by rack; service nodes by name, one each."""
    files: set[str]


def blast(
    changes: Sequence[Change],
    records: Mapping[str, Record],
    files: Sequence[FileChange],
    site: Inventory | None,
    table: Table,
) -> Blast:
    """Return the reach of a change; `records` are those of both sides, `site` the later one."""
    racks = dict.fromkeys(change.rack for change in changes if change.rack)
    trays = [*_trays(changes, records)]
    gpus = Counter[str]()
    for tray in trays:
        gpus[tray.pool] += tray.gpus
    reaches = [*_of_changes(changes, site)]
    if site:
        changed = {each.path for each in files if each.sign is not Sign.ADD}
        coming = {
            change.rack for change in changes if change.kind == "rack" and change.sign is Sign.ADD
        }
        reaches += _of_files(changed, site, table, coming)
    by_hand = [*_by_hand(files, table)]
    if any(reach.what == "switch" for reach in by_hand):  # a fabric is counted with its switches
        reaches = [reach for reach in reaches if reach.what != "fabric"]
    reaches += by_hand
    reaches.sort(key=lambda reach: (-reach.consequence.gravity, reach.consequence.by, reach.what))
    reached = {rack.name for rack in site.racks} if site else set()
    beside = {where for reach in reaches for where in reach.where if where in reached}
    if site:
        beside.update(_behind(files, site, table))
    return Blast(
        racks=tuple(sorted(racks)),
        domains=tuple(sorted({tray.domain for tray in trays} - {""})),
        trays=len(trays),
        gpus=tuple(sorted(gpus.items())),
        reaches=tuple(reaches),
        stacks=tuple(sorted(_stacks(files, site))),
        beside=tuple(sorted(beside - racks.keys())),
    )


def _trays(changes: Iterable[Change], records: Mapping[str, Record]) -> Iterator[Record]:
    """Yield every compute tray that changes, or whose whole rack does."""
    whole = {change.rack for change in changes if change.kind == "rack"}
    single = {change.path for change in changes if change.kind == "compute-tray"}
    for path, record in records.items():
        if record.kind == "compute-tray" and (record.rack in whole or path in single):
            yield record


def _is_whole(change: Change) -> bool:
    return change.sign is not Sign.CHANGE


def _of_changes(changes: Sequence[Change], site: Inventory | None) -> Iterator[Reach]:
    """Yield what happens to things that change themselves, each as often as it does."""
    whole = {change.rack for change in changes if change.kind == "rack" and _is_whole(change)}
    found: dict[tuple[str, str, str], tuple[Consequence, list[Change]]] = {}
    for change in changes:
        if change.kind == "nvlink-domain" or (change.label and change.rack in whole):
            continue  # counted with its hosts' files, or with its rack
        for each in _consequences(change):
            key = (each.effect, each.by, change.kind)
            found.setdefault(key, (each, []))[1].append(change)
    for (_, _, kind), (consequence, those) in found.items():
        if kind in ("pool", "site") and site:
            names = {change.title for change in those}
            racks = [rack for rack in site.installed() if kind == "site" or rack.pool in names]
            yield _of_racks(consequence, [rack for rack in racks if rack.name not in whole])
        else:
            yield Reach(
                consequence=consequence,
                what=kind,
                count=_cables(those) if kind == "cables" else len(dict.fromkeys(those)),
                where=tuple(dict.fromkeys(change.rack or change.title for change in those)),
            )


def _consequences(change: Change) -> tuple[Consequence, ...]:
    """Return what a change does, each once, in the order of its values."""
    every = [change.consequence]
    if change.sign is Sign.CHANGE:
        every += [value.consequence for value in change.values]
    return tuple(dict.fromkeys(each for each in every if each.effect != NONE))


def _of_racks(consequence: Consequence, racks: Sequence[Rack]) -> Reach:
    """Return what happens to every compute tray of some racks."""
    return Reach(
        consequence=consequence,
        what="compute-tray",
        count=sum(map(_hosts, racks)),
        where=tuple(rack.name for rack in racks),
    )


def _cables(changes: Iterable[Change]) -> int:
    return sum(
        int((value.new or value.old).replace(",", ""))
        for change in changes
        for value in change.values
    )


def _of_files(
    changed: set[str], site: Inventory, table: Table, coming: Collection[str]
) -> Iterator[Reach]:
    """Yield which programs read files that change, on hosts that are there before and after."""
    found: dict[tuple[str, str], Readers] = {}
    for host in _hosts_with(site, changed):
        moved = [] if host.name in coming else [f for f in host.files if f.source in changed]
        paths = {file.path for file in host.files} if moved else set()
        for service in table.services:
            read = {file.source for file in moved if file.path.startswith(service.reads)}
            if read and service.on == host.kind and (not service.where or service.where in paths):
                key = (host.kind, service.name)
                readers = found.setdefault(
                    key, Readers(service.title, service.consequence, {}, set())
                )
                readers.hosts[host.name] = host.count
                readers.files |= read
    for readers in found.values():
        yield Reach(
            consequence=readers.consequence,
            what=readers.title,
            count=sum(readers.hosts.values()),
            where=tuple(sorted(readers.hosts)),
            files=tuple(sorted(readers.files)),
        )


def _by_hand(files: Sequence[FileChange], table: Table) -> Iterator[Reach]:
    """Yield what people do with files that no program of ours delivers."""
    found: dict[tuple[Consequence, str], list[str]] = {}
    for each in files:
        consequence, owner = table.of_file(each.path), table.owner_of_file(each.path)
        if each.sign is not Sign.REMOVE and consequence.effect not in (NONE, UNKNOWN):
            found.setdefault((consequence, owner), []).append(each.path)
    for (consequence, owner), paths in found.items():
        yield Reach(
            consequence=consequence,
            what=owner or "file",
            count=len(paths),
            where=tuple(path.split("/")[-2] for path in paths) if owner else (),
            files=tuple(paths),
        )


def _behind(files: Sequence[FileChange], site: Inventory, table: Table) -> Iterator[str]:
    """Yield the installed racks whose traffic goes over switches that people do something to."""
    planned = {fabric.name: set(fabric.planned) for fabric in site.common.fabrics}
    racks = [*site.installed()]
    for each in files:
        if each.sign is Sign.CHANGE and table.owner_of_file(each.path) == "switch":
            top, below, *_ = each.path.split("/")
            units = planned.get(below, set()) if top == "fabrics" else {top}
            switch = each.path.split("/")[-2]
            mine = [rack for rack in racks if switch.startswith(f"{rack.name}-")]
            yield from (rack.name for rack in mine or racks if rack.unit in units)


class Host(Struct, frozen=True):
    """A service node, or the compute trays of a rack, which all get the same files."""

    kind: str
    """`compute`, or `service`."""
    name: str
    count: int
    files: tuple[plan.File, ...]


def _hosts_with(site: Inventory, changed: Iterable[str]) -> Iterator[Host]:
    """Yield hosts with what they get; racks that nothing changed can be of are left out."""
    common = site.common
    tops = {top for path in changed for top in (path.split("/")[0], *path.split("/")[1:2])}
    for rack in site.installed() if tops else ():
        if not rack.hold and tops & {SITE_UNIT, rack.unit, rack.pool}:
            yield Host("compute", rack.name, _hosts(rack), tuple(_rack_files(common, rack)))
    for node in common.service_nodes:
        yield Host("service", node.name, 1, tuple(delivery.service_files(common, node)))


def _rack_files(common: Common, rack: Rack) -> Iterator[plan.File]:
    pool = common.pool(rack.pool)
    yield from delivery.site_files(common)
    yield from delivery.pool_files(pool)
    yield from delivery.kernel_files(pool)
    yield from delivery.mount_files(pool)
    yield from delivery.rack_files(rack, pool)
    for partition in sorted(set(rack.partitions.values())):
        folder = f"{rack.unit}/imex/{rack.nvlink_domain}/{partition}"
        for name in delivery.IMEX_FILES if pool.host_imex else ():
            yield plan.File(source=f"{folder}/{name}", path=f"/etc/nvidia-imex/{name}")


def _hosts(rack: Rack) -> int:
    """Return how many compute trays of a rack are there and not on hold."""
    kind = rack.hardware.device_type("compute")
    labels = {f"c{index:02d}" for index in range(1, kind.count + 1)}
    return len(labels - rack.open.keys() - rack.holds.keys())


def _stacks(files: Iterable[FileChange], site: Inventory | None) -> Iterator[str]:
    for each in files:
        unit, _, name = each.path.partition("/")
        if site and name == "plan.json" and unit != SITE_UNIT:
            yield f"{site.common.site}.{unit}"
