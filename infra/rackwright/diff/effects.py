"""The table of what changes do on the metal: effects.yaml as records."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from rackwright import yamlfile
from rackwright.diff.model import Consequence, Sign
from rackwright.problems import RackwrightError

NONE = "none"
UNKNOWN = "unknown"
"""The effect of what the table does not know; graver than all it does."""


WORDS = {
    "as": "AS",
    "asn": "AS number",
    "asns": "AS numbers",
    "bmc": "BMC",
    "ca": "CA",
    "gpus": "GPUs",
    "imex": "IMEX",
    "ipv6": "IPv6",
    "kw": "kW",
    "lpm": "L/min",
    "p": "P",
    "u": "rack unit",
    "url": "URL",
    "vni": "VNI",
}
"""Words of fields that people write otherwise."""


class Service(Struct, frozen=True):
    """A program that reads the files of a folder on compute trays or on service nodes."""

    name: str
    title: str
    on: str
    reads: str
    where: str
    """It runs on a host that gets this file; empty where it runs on all."""
    consequence: Consequence


class Artefact(Struct, frozen=True):
    """What it means that a rendered file changes."""

    pattern: str
    of: str
    """The kind of thing, named as the file's folder, that has such a file to itself; or empty."""
    consequence: Consequence


class Table(Struct, frozen=True):
    """effects.yaml."""

    effects: Mapping[str, str]
    actors: Mapping[str, str]
    sources: Mapping[str, str]
    services: tuple[Service, ...]
    artefacts: tuple[Artefact, ...]
    changes: Mapping[str, Any]

    def title(self, kind: str) -> str:
        """Return what people call a kind of thing."""
        return str(self.changes.get(kind, {}).get("title", kind))

    def of_thing(self, kind: str, sign: Sign) -> Consequence:
        """Return what it does that a thing comes or goes."""
        word = "add" if sign is Sign.ADD else "remove"
        found = self.changes.get(kind, {})
        return self.consequence(found.get(word) or found.get("fields", {}).get("*"))

    def of_field(self, kind: str, field: str) -> tuple[str, Consequence]:
        """Return what a field is called and what its change does; the words it has in common."""
        entry, rest = self._field(kind, field)
        title = " ".join(word for word in (entry or {}).get("title", "").split() if word)
        words = f"{title} {rest.replace('_', ' ')}".split()
        return " ".join(WORDS.get(word, word) for word in words), self.consequence(entry)

    def of_file(self, path: str) -> Consequence:
        """Return what it does that a rendered file changes, beside what its readers do."""
        found = self._artefact(path)
        return found.consequence if found else self.consequence(None)

    def owner_of_file(self, path: str) -> str:
        """Return the kind of thing that has a rendered file to itself; empty where none has."""
        found = self._artefact(path)
        return found.of if found else ""

    def _artefact(self, path: str) -> Artefact | None:
        return next((each for each in self.artefacts if fnmatchcase(path, each.pattern)), None)

    def consequence(self, entry: Mapping[str, str] | None) -> Consequence:
        """Return an entry of the table as a record; None is what nobody knows."""
        if entry is None:
            does = "no entry of effects.yaml says what it does"
            return Consequence(
                effect=UNKNOWN, gravity=len(self.effects), by="nobody", does=does, source=""
            )
        return Consequence(
            effect=entry["effect"],
            gravity=list(self.effects).index(entry["effect"]),
            by=entry["by"],
            does=entry["does"],
            source=self.sources[entry["source"]],
        )

    def _field(self, kind: str, field: str) -> tuple[Mapping[str, str] | None, str]:
        """Return the entry of a field, the nearest above it, and what that leaves unsaid."""
        found = self.changes.get(kind, {})
        fields = found.get("fields", {})
        if "like" in found:
            fields = {**self.changes[found["like"]]["fields"], **fields}
        words = field.split(".")
        for end in range(len(words), 0, -1):
            if entry := fields.get(".".join(words[:end])):
                return entry, " ".join(words[end:])
        return fields.get("*"), field.replace(".", " ")


@cache
def table() -> Table:
    """Return the table.

    Raises:
        RackwrightError: The file is damaged.
    """
    path = Path(__file__).with_name("effects.yaml")
    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    data = document.data
    bare = Table(data["effects"], data["actors"], data["sources"], (), (), data["changes"])
    services = tuple(
        Service(
            each["name"],
            each["title"],
            each["on"],
            each["reads"],
            each.get("where", ""),
            bare.consequence({"by": "configure", "does": f"reads {each['reads']}", **each}),
        )
        for each in data["services"]
    )
    artefacts = tuple(
        Artefact(each["path"], each.get("of", ""), bare.consequence(each))
        for each in data["artefacts"]
    )
    return Table(bare.effects, bare.actors, bare.sources, services, artefacts, bare.changes)
