"""Every single value of an inventory, and the same inventory with another one in its place.

Whoever asks where a line comes from wants to know which values are in it. A value in a line can be
seen, but a 4 may be anybody's 4. So a value counts only when the line changes with it: `changed`
gives the inventory in which it alone is different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory
from rackwright.inventory.alike import Records
from rackwright.inventory.cabling import Cable, End
from rackwright.inventory.devices import Devices

Steps = tuple[str | int, ...]
"""How one gets to a value: names of fields, keys, places in a tuple."""


class Leaf(Struct, frozen=True):
    """One value of an inventory."""

    steps: Steps
    value: str | int | float
    owners: tuple[Any, ...]
    """The records on the way to it, the outermost first."""


def leaves(inventory: Inventory) -> Iterator[Leaf]:
    """Yield every text and number of the inventory."""
    yield from _leaves(inventory, (), ())


def changed(inventory: Inventory, leaf: Leaf, value: str | float) -> Inventory:
    """Return the inventory with another value in the place of one leaf."""
    found: Inventory = _changed(inventory, leaf.steps, value)
    return found


def others(value: str | float) -> Iterator[str | float]:
    """Yield values of the same kind: the next number, and text with another last digit or letter.

    Much text is a number, an address or a name in disguise, which code takes apart; so the first
    ones keep its form.
    """
    if not isinstance(value, str):
        yield value + 1
        yield max(value - 1, 0)
        return
    for place in range(len(value) - 1, -1, -1):
        if value[place].isalnum():
            for other in "1a" if value[place] not in "1a" else "2b":
                yield f"{value[:place]}{other}{value[place + 1 :]}"
            break
    yield f"{value}x"


def _leaves(value: Any, steps: Steps, owners: tuple[Any, ...]) -> Iterator[Leaf]:  # noqa: ANN401
    if isinstance(value, HardwareType):
        yield Leaf((*steps, "name"), value.name, (*owners, value))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield Leaf(steps, value, owners)
    else:
        for word, part in _parts(value):
            yield from _leaves(part, (*steps, word), (*owners, value))


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401
    if isinstance(value, Struct):
        yield from asdict(value).items()
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, Cable | End):
        yield from value._asdict().items()
    elif isinstance(value, tuple | Devices | Records):
        yield from enumerate(value)


def _changed(value: Any, steps: Steps, new: str | float) -> Any:  # noqa: ANN401
    if not steps:
        return new
    first, rest = steps[0], steps[1:]
    if isinstance(value, Mapping):
        return {**value, first: _changed(value[first], rest, new)}
    if isinstance(value, Cable | End):
        part = _changed(getattr(value, str(first)), rest, new)
        return value._replace(**{str(first): part})
    if isinstance(value, Devices):
        devices = _changed(value.all, steps, new)
        return Devices(lambda: devices)
    if isinstance(value, Records):
        place = int(first)
        return value.replaced(place, _changed(value[place], rest, new))
    if isinstance(value, tuple):
        place = int(first)
        return (*value[:place], _changed(value[place], rest, new), *value[place + 1 :])
    part = _changed(getattr(value, str(first)), rest, new)
    return replace(value, **{str(first): part})
