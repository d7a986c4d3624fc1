"""How far a change reaches, in one sentence, and who does what of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rackwright.diff.effects import UNKNOWN, table
from rackwright.diff.model import Blast, Diff, Reach
from rackwright.diff.pages.groups import RACKS, plural
from rackwright.diff.pages.names import short

_SEVERAL = 3
VERBS = {
    "reload": "reloads",
    "restart": "restarts",
    "recable": "re-cables",
    "deploy": "deploys",
    "reboot": "reboots",
    "redeploy": "asks for redeployment of",
    "replace": "replaces",
    "decommission": "decommissions",
    UNKNOWN: "does nobody knows what to",
}


BY_HAND = {
    "reload": "has people reload",
    "recable": "has people re-cable",
    "deploy": "has people put in",
    "reboot": "asks for a reboot of",
    "replace": "has people replace",
    "decommission": "has people take out",
}
"""What is said of effects that people carry out."""


def sentence(diff: Diff) -> str:
    """Return what a change touches, does, and leaves alone."""
    if not diff:
        return "nothing differs"
    blast = diff.blast
    stacks = _count(len(blast.stacks), "Pulumi stack")
    parts = [
        _touches(blast),
        *(_does(reach) for reach in blast.reaches),
        f"changes {stacks}" if stacks else "",
        _beside(diff),
    ]
    return "; ".join(part for part in parts if part)


def reaches(diff: Diff) -> Iterator[tuple[str, str, str, str]]:
    """Yield who does what, where, and because of which files."""
    for reach in diff.blast.reaches:
        who = table().actors[reach.consequence.by]
        yield who, _does(reach), short(reach.where), _because_of(reach)


def _because_of(reach: Reach) -> str:
    """Return the files that bring something about; of one for each thing, what it is called."""
    names = {path.rpartition("/")[2] for path in reach.files}
    if reach.what in table().changes and len(names) == 1:
        return f"{names.pop()} of each"
    return _paths(reach.files)


def _paths(files: tuple[str, ...]) -> str:
    """Return files in short: of several in one folder, the folder."""
    folders = Counter(path.rpartition("/")[0] for path in files)
    few = [path for path in files if folders[path.rpartition("/")[0]] < _SEVERAL]
    many = [f"{count} files of {folder}/" for folder, count in folders.items() if count >= _SEVERAL]
    return ", ".join((*many, *([short(few)] if few else [])))


def _touches(blast: Blast) -> str:
    parts = [
        _count(len(blast.racks), "rack"),
        _count(len(blast.domains), "NVLink domain"),
        _count(blast.trays, "compute tray"),
    ]
    parts += [f"{count:,} GPUs in pool {pool}" for pool, count in blast.gpus if count]
    said = ", ".join(part for part in parts if part)
    return f"touches {said}" if said else "touches no rack"


def _does(reach: Reach) -> str:
    effect = reach.consequence.effect
    by_hand = BY_HAND if reach.consequence.by == "hands" else {}
    verb = by_hand.get(effect) or VERBS[effect]
    kind = table().title(reach.what)
    if reach.what == "file":
        return f"has people load {_count(reach.count, 'file')}"
    if reach.files and reach.what not in table().changes:
        places = "service node" if reach.count <= len(reach.where) else "node"
        return f"{verb} {kind} on {_count(reach.count, places)}"
    if reach.what == "cables":
        return f"has people lay, move or take out {_count(reach.count, 'cable')}"
    whole = "whole " if reach.what == "rack" and effect in _WHOLE else ""
    return f"{verb} {_count(reach.count, f'{whole}{kind}')}"


_WHOLE = ("deploy", "decommission")


def _beside(diff: Diff) -> str:
    count = len(diff.blast.beside)
    if count:
        itself = "do not change themselves" if count > 1 else "does not change itself"
        return f"reaches {_count(count, 'rack')} that {itself} ({short(diff.blast.beside, 3)})"
    if any(change.kind in RACKS for change in diff.changes):
        return "no change to any other rack"
    return ""


def _count(number: int, word: str) -> str:
    if not number:
        return ""
    return f"{number:,} {word if number == 1 else plural(word)}"
