"""A site's own rack types, hardware/*.yaml: read, held against their form, added to the catalogue.

A new rack arrives before our next release does, and its numbers are the site's to state. But a
site that could redefine *our* types would mean something else by `gb300-nvl72` than the reviewer
who reads it, so these files add names and never replace one. A variant is judged as the type it
becomes: what is wrong with it is said where the file says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from rackwright.hardware import HardwareType
from rackwright.hardware.reading import hardware_type, own_facts, tree
from rackwright.problems import Problem, did_you_mean, quoted
from rackwright.spec.explain import misformed
from rackwright.yamlfile import Document, Path

_FITTING = ("slots", "count", "height")

Catalogue = Mapping[str, HardwareType]


def read(documents: Sequence[Document], ours: Catalogue) -> tuple[Catalogue, tuple[Problem, ...]]:
    """Return our types and those of `documents` that are well formed, and what is wrong."""
    types = dict(ours)
    problems: list[Problem] = []
    broken: set[str] = set()
    for document in sorted(documents, key=_is_variant):
        if _is_variant(document) and str(document.data["like"]) in broken:
            continue  # what it is like has problems of its own, which are said there
        found = [*document.problems, *_judged(document, types, ours)]
        problems += found
        if found:
            broken.add(PurePath(document.file).stem)
        else:
            data = document.data
            base = types[data["like"]] if _is_variant(document) else None
            types[data["name"]] = hardware_type(data, base)
    return types, tuple(problems)


def _is_variant(document: Document) -> bool:
    return isinstance(document.data, dict) and "like" in document.data


def _judged(document: Document, types: Catalogue, ours: Catalogue) -> Iterator[Problem]:
    from rackwright.spec.racktypes import RackType, Variant

    if document.data is None and document.problems:
        return
    form = Variant if _is_variant(document) else RackType
    found = misformed(document, form)
    if found or document.problems:  # data without what a problem took out of it
        yield from found
        return
    yield from _name(document, ours)
    yield from _sources(document)
    if form is RackType:
        yield from _consistency(document)
        return
    if found := tuple(_likeness(document, types)):
        yield from found
        return
    whole = _whole(document, types[document.data["like"]])
    yield from misformed(whole, RackType) or tuple(_consistency(whole))


def _name(document: Document, ours: Catalogue) -> Iterator[Problem]:
    name, stem = document.data["name"], PurePath(document.file).stem
    if name in ours:
        yield document.problem(
            ("name",),
            "hardware-redefined",
            f"{name} is a type of Rackwright's, and a site's own types only add to those",
            because=(f"Rackwright's is {ours[name].title}",),
            hint=f"give yours a name of its own, and say `like: {name}` if little differs",
        )
    elif name != stem:
        hint = f"write name: {stem}, or call the file {name}.yaml"
        message = f"the file is called {stem}, the type in it {name}"
        yield document.problem(("name",), "hardware-name", message, hint=hint)


def _sources(document: Document) -> Iterator[Problem]:
    known = document.data["sources"]
    for path, fact in own_facts(document.data).items():
        if fact["source"] not in known:
            where = ("differs", path) if _is_variant(document) else tuple(path.split("."))
            yield document.problem(
                (*where, "source"),
                "unknown-source",
                f"{quoted(fact['source'])} is no key of sources",
                hint=did_you_mean(fact["source"], known) or "say under sources what it is",
            )


def _likeness(document: Document, types: Catalogue) -> Iterator[Problem]:
    """Yield what keeps a variant from standing on another type."""
    name = document.data["like"]
    complete = [each.name for each in types.values() if not each.like]
    if name not in complete:
        because = (f"{name} is itself like {types[name].like}",) if name in types else ()
        yield document.problem(
            ("like",),
            "like-unknown",
            f"there is no type in full called {quoted(name)}",
            because=because,
            hint=f"known: {', '.join(complete)}",
        )
        return
    paths = [fact.path for fact in types[name].facts]
    for path in document.data["differs"]:
        if path not in paths:
            hint = did_you_mean(path, paths) or "what a type in full has is in ours"
            message = f"{name} has no {quoted(path)} that could differ"
            yield document.problem(("differs", path), "unknown-fact", message, hint=hint, key=True)


def _whole(document: Document, base: HardwareType) -> Document:
    """Return the type a variant becomes, each fact placed where the variant's file says it."""
    facts: dict[str, Any] = {
        fact.path: {"value": fact.value, "source": fact.source, "proof": fact.proof}
        for fact in base.facts
    }
    facts |= document.data["differs"]
    data = {key: document.data[key] for key in ("name", "title", "sources")} | tree(facts.items())
    keys = {_placed(place): mark for place, mark in document.keys.items()}
    values = {_placed(place): mark for place, mark in document.values.items()}
    values[()] = document.values["like",]  # what the file does not say is said there
    return Document(document.file, data, keys, values)


def _placed(place: Path) -> Path:
    if len(place) < 2 or place[0] != "differs":
        return place
    return (*str(place[1]).split("."), *place[2:])


def _consistency(document: Document) -> Iterator[Problem]:
    """Yield numbers that are well formed alone and cannot be true together."""
    taken: dict[int, str] = {}
    for key, device in document.data["devices"].items():
        yield from _slots(document, key, device, taken)
    power = {name: fact["value"] for name, fact in document.data["power"].items()}
    for low, high in (("tdp_kw", "max_kw"), ("max_kw", "edpp_kw")):
        if power[low] > power[high]:
            yield document.problem(
                _stated(document, ("power", high), ("power", low)),
                "numbers-out-of-order",
                f"{low} is {power[low]:g}, more than {high}",
                because=(f"{high} is {power[high]:g}",),
                hint="thermal design power, maximum and peak rise in this order",
            )
    flow = document.data["cooling"]["flow"]["value"]
    if any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(flow)):
        yield document.problem(
            ("cooling", "flow", "value"),
            "numbers-out-of-order",
            "the flow table does not rise",
            hint="warmer supply needs more flow: order the rows by temperature",
        )


def _slots(
    document: Document, key: str, device: dict[str, Any], taken: dict[int, str]
) -> Iterator[Problem]:
    count, height, runs = (device[name]["value"] for name in ("count", "height", "slots"))
    units = [unit for first, last in runs for unit in range(first, last + 1)]
    clash = sorted(unit for unit in units if taken.setdefault(unit, key) != key)
    whole = all((last - first + 1) % height == 0 for first, last in runs)
    if whole and not clash and len(set(units)) == len(units) == count * height:
        return
    because = [f"count {count} x height {height} is {count * height} rack units"]
    because += [f"unit {clash[0]} is already one of {taken[clash[0]]}"] if clash else []
    owners = (key, taken[clash[0]]) if clash else (key,)
    yield document.problem(
        _stated(document, *(("devices", it, name) for it in owners for name in _FITTING)),
        "slots-do-not-fit",
        f"the slots of {key} do not fit its devices: they are {len(set(units))} rack units",
        because=tuple(because),
        hint="each run is [first unit, last unit]",
    )


def _stated(document: Document, *facts: Path) -> Path:
    """Return the value of the first of `facts` that the file states itself."""
    own = [fact for fact in facts if fact in document.values]
    return (*(own or facts)[0], "value")
