"""How far a change reaches: what it touches, what happens there, and what is left alone.

What changes is one thing; what happens because of it is often much more: one line in slurm.conf
restarts a program on every node of a pool. Which host gets which file is in the same lists that
Ansible ships by, and which program reads it in effects.yaml, so the reach is looked up, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rackwright import plan
from rackwright.diff.effects import NONE, Table
from rackwright.diff.facts import Record
from rackwright.diff.model import Blast, Change, Consequence, FileChange, Reach, Sign
from rackwright.inventory import SITE_UNIT, Common, Inventory, Rack
from rackwright.render import delivery


@dataclass(slots=True)
class Readers:
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
    reaches.sort(key=lambda reach: (-reach.consequence.gravity, reach.consequence.by, reach.what))
    reached = {rack.name for rack in site.racks} if site else set()
    beside = sorted(
        {where for reach in reaches for where in reach.where if where in reached} - racks.keys()
    )
    return Blast(
        racks=tuple(sorted(racks)),
        domains=tuple(sorted({tray.domain for tray in trays} - {""})),
        trays=len(trays),
        gpus=tuple(sorted(gpus.items())),
        reaches=tuple(reaches),
        stacks=tuple(sorted(_stacks(files, site))),
        beside=tuple(beside),
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
    found: dict[tuple[str, str, str], list[Change]] = {}
    whole = {change.rack for change in changes if change.kind == "rack" and _is_whole(change)}
    acts: dict[tuple[str, str, str], Consequence] = {}
    for change in changes:
        if change.label and change.rack in whole:
            continue  # it is counted with its rack
        consequences = {change.consequence, *(each.consequence for each in change.values)}
        if change.sign is not Sign.CHANGE:
            consequences = {change.consequence}
        for consequence in consequences:
            if consequence.effect != NONE:
                key = (consequence.effect, consequence.by, change.kind)
                found.setdefault(key, []).append(change)
                acts.setdefault(key, consequence)
    for key, those in found.items():
        if key[2] == "nvlink-domain":
            continue  # what its hosts' files do is counted by the files
        if key[2] in ("pool", "site") and site:
            racks = [
                rack
                for rack in site.installed()
                if rack.name not in whole and (key[2] == "site" or rack.pool in _titles(those))
            ]
            yield _of_racks(acts[key], racks)
            continue
        where = dict.fromkeys(change.rack or change.title for change in those)
        yield Reach(
            consequence=acts[key],
            what=key[2],
            count=_cables(those) if key[2] == "cables" else len(dict.fromkeys(those)),
            where=tuple(where),
        )


def _titles(changes: Iterable[Change]) -> set[str]:
    return {change.title for change in changes}


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
    for kind, host, count, file in _delivered(site, changed):
        if file.source not in changed or host in coming:
            continue
        for service in table.services:
            if service.on == kind and file.path.startswith(service.reads):
                key = (kind, service.name)
                readers = found.setdefault(
                    key, Readers(service.title, service.consequence, {}, set())
                )
                readers.hosts[host] = count
                readers.files.add(file.source)
    for readers in found.values():
        yield Reach(
            consequence=readers.consequence,
            what=readers.title,
            count=sum(readers.hosts.values()),
            where=tuple(sorted(readers.hosts)),
            files=tuple(sorted(readers.files)),
        )


def _delivered(
    site: Inventory, changed: Iterable[str]
) -> Iterator[tuple[str, str, int, plan.File]]:
    """Yield who gets which file: `compute`, a rack and how many trays, or `service`, a node.

    Racks that nothing changed can be of are left out.
    """
    common = site.common
    tops = {top for path in changed for top in (path.split("/")[0], *path.split("/")[1:2])}
    for rack in site.installed() if tops else ():
        if rack.hold or not tops & {SITE_UNIT, rack.unit, rack.pool}:
            continue
        count = _hosts(rack)
        for file in _rack_files(common, rack):
            yield "compute", rack.name, count, file
    for node in common.service_nodes:
        for file in delivery.service_files(common, node):
            yield "service", node.name, 1, file


def _rack_files(common: Common, rack: Rack) -> Iterator[plan.File]:
    pool = common.pool(rack.pool)
    yield from delivery.site_files(common)
    yield from delivery.pool_files(pool)
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
