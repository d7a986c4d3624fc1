"""Any value of the expanded site, and why it is what it is.

A reviewer sees an address and asks where it comes from: from a line somebody wrote, from a layer
above it, from arithmetic on indexes, from the hardware type, from the factory. Each value has one
of these reasons, and each reason a place in a file. A path names a value by what people call it:
`racks.h1-su03-r05.trays.c07.bmc_address`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from rackwright import expand
from rackwright.hardware import DeviceType, HardwareType
from rackwright.inventory import SITE_UNIT, Feed, Inventory, Rack, Unit
from rackwright.inventory.cabling import Cable, End
from rackwright.problems import NoSuchValue
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.trace import fabrics, services
from rackwright.trace.reasons import DEVICE_REASONS, RACK_REASONS, Reason, Subject, text

_TRAYS = "trays"


def show(loaded: Loaded, path: str) -> Iterator[str]:
    """Yield the value at `path`, a line for each of its parts.

    Raises:
        NoSuchValue: Nothing has that name.
    """
    yield from _lines(_find(loaded, path.split("."))[0])


def why(loaded: Loaded, path: str) -> Iterator[Reason]:
    """Yield why the value at `path` is what it is, the last step first.

    Raises:
        NoSuchValue: Nothing has that name.
    """
    words = path.split(".")
    subject, rest = _find(loaded, words)[1:]
    if subject is None or not rest:
        yield from _why_of_site(loaded, words)
        return
    for place, each in enumerate(loaded.site.overrides):
        if each.at == path:
            yield Reason(f"overridden: {each.reason}", subject.at("overrides", place, "value"))
    table = DEVICE_REASONS if subject.device else RACK_REASONS
    yield from table[rest[0]](replace(subject, inside=tuple(rest[1:])))


def _why_of_site(loaded: Loaded, words: list[str]) -> Iterator[Reason]:
    """Yield why a value that belongs to no rack is what it is."""
    root, *rest = words
    is_value = len(rest) > 1
    if root == "fabrics" and is_value and not fabrics.is_list(rest):
        yield from fabrics.why(loaded, rest)
    elif root == "service_nodes" and is_value:
        yield from services.why_of_node(loaded, rest)
    elif root == "spaces" and is_value:
        space = _find(loaded, words[:2])[0]
        yield from services.why_of_space(loaded, space, rest[1])
    else:
        yield Reason("ask this of one value of a rack, tray, fabric, service node or network")


def _find(loaded: Loaded, words: list[str]) -> tuple[Any, Subject | None, list[str]]:
    """Return the value that `words` name, the subject it belongs to, and the words inside that."""
    site = expand.expand(loaded, Unit("site", SITE_UNIT))
    racks = {rack.name: rack for rack in site.racks}
    if words[0] == "fabrics" and words[2:3] and words[2] in (fabrics.SWITCHES, fabrics.CABLES):
        fabric = _walk(_roots(site, racks), words[:2])
        return _walk(fabrics.inside(loaded, fabric), words[2:], words[:2]), None, []
    if words[0] != "racks" or len(words) < 3:
        return _walk(_roots(site, racks), words), None, []
    rack: Rack = _walk(racks, words[1:2])
    subject = Subject(loaded, places.by_name(loaded)[rack.name], rack)
    if words[2] != _TRAYS:
        return _walk(rack, words[2:], words[:2]), subject, words[2:]
    unit = expand.expand(loaded, Unit("scalable-unit", rack.unit))
    devices = {device.label: device for device in unit.by_rack[rack.name]}
    found = _walk(devices, words[3:], words[:3])
    if len(words) < 5:
        return found, None, []
    return found, replace(subject, device=devices[words[3]]), words[4:]


def _roots(site: Inventory, racks: Mapping[str, Rack]) -> Mapping[str, Any]:
    common = site.common
    feeds: dict[str, dict[str, Feed]] = {}
    for feed in site.feeds:
        feeds.setdefault(feed.hall, {})[feed.name] = feed
    return {
        "fabrics": {fabric.name: fabric for fabric in common.fabrics},
        "feeds": feeds,
        "pools": {pool.name: pool for pool in common.pools},
        "racks": racks,
        "service_nodes": {node.name: node for node in common.service_nodes},
        "spaces": {space.title.replace(" ", "-"): space for space in common.spaces},
    }


def _walk(value: Any, words: list[str], said: Iterable[str] = ()) -> Any:  # noqa: ANN401
    """Return what `words` lead to from `value`; `said` are the words before them."""
    done = list(said)
    for word in words:
        parts = _parts(value)
        if word not in parts:
            near = difflib.get_close_matches(word, parts, n=1)
            few = f"known: {', '.join(parts)}" if 0 < len(parts) <= 20 else ""
            where = f" in {'.'.join(done)}" if done else ""
            hint = f"did you mean {near[0]!r}?" if near else few
            raise NoSuchValue(f"there is no {word!r}{where}", hint)
        value = parts[word]
        done.append(word)
    return value


def _parts(value: Any) -> Mapping[str, Any]:  # noqa: ANN401  (any value of an inventory)
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Struct):
        return asdict(value)
    if isinstance(value, Cable | End):
        return value._asdict()
    if isinstance(value, tuple) and all(isinstance(part, DeviceType) for part in value):
        return {part.device_class: part for part in value}
    return {}


def _lines(value: Any) -> Iterator[str]:  # noqa: ANN401  (any value of an inventory)
    if value and isinstance(value, Mapping) and all(_parts(part) for part in value.values()):
        yield from value
    elif _parts(value):
        for word, part in _flat(value):
            yield f"{word}: {text(part)}"
    else:
        yield text(value)


def _flat(value: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    for word, part in _parts(value).items():
        if _parts(part) and not isinstance(part, HardwareType):
            yield from _flat(part, f"{before}{word}.")
        else:
            yield f"{before}{word}", part
