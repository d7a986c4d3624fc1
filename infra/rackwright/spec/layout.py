"""Ranges, exceptions and defaults to the halls, units and racks they mean.

What people write is short; what everything else needs is every rack with its values. A rack is a
chain of layers, each a few values and the place where they are written: the site's defaults, the
pools that select it, the range, its exceptions, the item. Of two layers that give one field the
later wins, whole; nothing is merged inside a field. So any value can say which line it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from rackwright.problems import Problem
from rackwright.spec import patterns, racks, selection
from rackwright.spec.cooling import CoolingLoop
from rackwright.spec.language import Spec
from rackwright.spec.networks import HallNetworks
from rackwright.spec.power import Feed, FeedLoss
from rackwright.spec.site import Site
from rackwright.yamlfile import Document, Path

DEFAULTS = ("defaults", "racks")
CODES = ("too-many-racks",)
MOST_RACKS = 20_000

_OF_RACKS = frozenset({"name", *racks.OwnOfRack.fields})
_OF_UNITS = frozenset(racks.ScalableUnitDefaults.fields)


class Layer(Struct, frozen=True):
    """Values that are given at one place of the specification."""

    path: Path
    values: Mapping[str, Any]


class Layers(Struct, frozen=True):
    """What is said of one thing, the weakest layer first."""

    path: Path
    """Where it stands: its own item, or the range it is in."""
    chain: tuple[Layer, ...]

    def get(self, field: str) -> Any:  # noqa: ANN401  (any field)
        """Return what the strongest layer says of `field`; None where none does."""
        found = self.of(field)
        return found.values[field] if found else None

    def of(self, field: str) -> Layer | None:
        """Return the layer that decides `field`."""
        return next((layer for layer in reversed(self.chain) if field in layer.values), None)

    def at(self, field: str) -> Path:
        """Return the path of the value of `field`, or of the thing where nobody gives it."""
        found = self.of(field)
        return (*found.path, field) if found else (*self.path, field)


class Rack(Struct, frozen=True, kw_only=True):
    """One rack position with its values; `kind` and `pool` are empty where nobody gives them."""

    name: str
    index: int
    kind: str
    state: str
    pool: str
    nvlink_domain: str
    hold: str
    trays: Mapping[str, racks.Tray]
    decommission: racks.Decommission | None
    layers: Layers

    def at(self, field: str) -> Path:
        """Return the path of one of its values in the specification."""
        return self.layers.at(field)


class ScalableUnit(Struct, frozen=True, kw_only=True):
    """One scalable unit; feeds are empty where nobody gives them."""

    index: int
    feed: str
    second_feed: str
    racks: tuple[Rack, ...]
    layers: Layers

    def at(self, field: str) -> Path:
        """Return the path of one of its values in the specification."""
        return self.layers.at(field)


class Hall(Struct, frozen=True, kw_only=True):
    """A room of the site with everything in it."""

    name: str
    index: int
    feeds: tuple[Feed, ...]
    feed_loss: FeedLoss
    cooling: tuple[CoolingLoop, ...]
    networks: HallNetworks
    scalable_units: tuple[ScalableUnit, ...]
    path: Path


def too_many(site: Site, document: Document) -> Iterator[Problem]:
    """Yield a problem where a few lines mean more racks than anybody has.

    Ranges multiply, and a slip of the finger in one must not fill the memory of the machine.
    """
    total = 0
    for place, hall in enumerate(site.halls):
        for path, item in items(hall.scalable_units, ("halls", place, "scalable_units")):
            total += _racks_of(item)
            if total > MOST_RACKS:
                yield document.problem(
                    path,
                    "too-many-racks",
                    f"with this the site has more than {MOST_RACKS:,} racks",
                    because=(f"what stands here means {_racks_of(item):,} racks",),
                )
                return


def resolve(site: Site) -> tuple[Hall, ...]:
    """Return the halls of a site with every unit and rack written out."""
    return tuple(_hall(site, hall, ("halls", place)) for place, hall in enumerate(site.halls))


def _hall(site: Site, hall: racks.Hall, path: Path) -> Hall:
    return Hall(
        name=hall.name,
        index=hall.index,
        feeds=hall.feeds,
        feed_loss=hall.feed_loss,
        cooling=hall.cooling,
        networks=hall.networks,
        scalable_units=tuple(_scalable_units(site, hall, (*path, "scalable_units"))),
        path=path,
    )


def _scalable_units(site: Site, hall: racks.Hall, path: Path) -> Iterator[ScalableUnit]:
    base = Layer(("defaults", "scalable_units"), _given(site.defaults.scalable_units, _OF_UNITS))
    for here, item in items(hall.scalable_units, path):
        layers = Layers(here, (base, Layer(here, _given(item, _OF_UNITS))))
        if isinstance(item, racks.ScalableUnit):
            found = _racks(site, hall, item, (*here, "racks"))
            yield _scalable_unit(item.index, layers, found)
        else:
            yield from _range_of_units(site, hall, item, layers)


def _range_of_units(
    site: Site, hall: racks.Hall, item: racks.ScalableUnitRange, layers: Layers
) -> Iterator[ScalableUnit]:
    different = _by_index(item.exceptions, (*layers.path, "exceptions"))
    path = (*layers.path, "racks")
    for index in _indexes(item, item.without):
        chain, alike = layers.chain, [(path, item.racks)]
        for here, exception in different.get(index, ()):
            chain = (*chain, Layer(here, _given(exception, _OF_UNITS)))
            alike.append(((*here, "racks"), exception.racks))
        found = _range_of_racks(site, hall.name, index, item.racks, alike)
        yield _scalable_unit(index, Layers(layers.path, chain), found)


def _scalable_unit(index: int, layers: Layers, found: Iterable[Rack]) -> ScalableUnit:
    return ScalableUnit(
        index=index,
        feed=layers.get("feed") or "",
        second_feed=layers.get("second_feed") or "",
        racks=tuple(found),
        layers=layers,
    )


def _racks(site: Site, hall: racks.Hall, unit: racks.ScalableUnit, path: Path) -> Iterator[Rack]:
    for here, item in items(unit.racks, path):
        if isinstance(item, racks.Rack):
            layers = Layers(here, (_defaults(site), Layer(here, _given(item, _OF_RACKS))))
            yield _Racks(site, hall.name, unit.index, layers).rack(item.index)
        else:
            yield from _range_of_racks(site, hall.name, unit.index, item, [(here, item)])


def _range_of_racks(
    site: Site,
    hall: str,
    unit: int,
    item: racks.RackRange,
    alike: list[tuple[Path, Any]],
) -> Iterator[Rack]:
    """Yield the racks of a range; `alike` is what is said of all of them, the weakest first."""
    different = [_by_index(each.exceptions, (*path, "exceptions")) for path, each in alike]
    common = [Layer(path, _given(each, _OF_RACKS)) for path, each in alike]
    without = [index for _, each in alike for index in each.without]
    place, defaults = alike[0][0], _defaults(site)
    plain = _Racks(site, hall, unit, Layers(place, (defaults, *common)))
    for index in _indexes(item, without):
        if not any(index in exceptions for exceptions in different):
            yield plain.rack(index)
            continue
        chain = [defaults]
        for layer, exceptions in zip(common, different, strict=True):
            chain.append(layer)
            chain += [
                Layer(here, _given(exception, _OF_RACKS))
                for here, exception in exceptions.get(index, ())
            ]
        yield _Racks(site, hall, unit, Layers(place, tuple(chain))).rack(index)


def _indexes(
    item: racks.RackRange | racks.ScalableUnitRange, without: Collection[int]
) -> Iterator[int]:
    """Yield the indexes of a range that has holes."""
    return (i for i in range(item.first, item.first + item.count) if i not in without)


def _racks_of(item: racks.ScalableUnit | racks.ScalableUnitRange) -> int:
    if isinstance(item, racks.ScalableUnitRange):
        return item.count * item.racks.count
    return sum(getattr(each, "count", 1) for _, each in items(item.racks, ()))


def _defaults(site: Site) -> Layer:
    return Layer(DEFAULTS, _given(site.defaults.racks, _OF_RACKS))


class _Racks:
    """Racks of one unit of which the same is said: what they share is found once."""

    def __init__(self, site: Site, hall: str, unit: int, layers: Layers) -> None:
        self.site, self.hall, self.unit, self.layers = site, hall, unit, layers
        self.pattern = layers.get("name") or patterns.DEFAULT
        self.named = selection.named(site)
        self.made: dict[str, Callable[..., Rack]] = {}
        """What makes a rack of its name and index: one for all that no pool names."""

    def rack(self, index: int) -> Rack:
        name = patterns.fill(self.pattern, self.hall, self.unit, index)
        key = name if name in self.named else ""
        if key not in self.made:
            self.made[key] = self.maker(name)
        return self.made[key](name=name, index=index)

    def maker(self, name: str) -> Callable[..., Rack]:
        pools = selection.selecting(self.site, self.hall, self.unit, name)
        defaults, *own = self.layers.chain
        chain = (defaults, *(Layer(path, {"pool": pool}) for path, pool in pools), *own)
        given: dict[str, Any] = {}
        for layer in chain:
            given |= layer.values
        return partial(
            Rack,
            kind=given.get("kind") or "",
            state=given.get("state") or "",
            pool=given.get("pool") or "",
            nvlink_domain=given.get("nvlink_domain") or "",
            hold=given.get("hold") or "",
            trays=given.get("trays") or {},
            decommission=given.get("decommission"),
            layers=Layers(self.layers.path, chain),
        )


def items(written: Any, path: Path) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401  (items or ranges)
    """Yield what a list holds, or the one range that stands in its place, with its path."""
    if isinstance(written, tuple):
        for place, item in enumerate(written):
            yield (*path, place), item
    else:
        yield path, written


def _by_index(exceptions: Iterable[Any], path: Path) -> dict[int, list[tuple[Path, Any]]]:
    found: dict[int, list[tuple[Path, Any]]] = {}
    for place, exception in enumerate(exceptions):
        found.setdefault(exception.index, []).append(((*path, place), exception))
    return found


def _given(part: Spec, fields: frozenset[str]) -> dict[str, Any]:
    return {field: getattr(part, field) for field in sorted(part.written & fields)}
