"""What a hall promises when a feed or a power shelf is lost, its feeds and shelves can keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.power import held
from rackwright.inventory import Inventory, Rack
from rackwright.problems import Position, Problem
from rackwright.rules import places
from rackwright.rules.places import Place
from rackwright.rules.power import named
from rackwright.spec import Loaded
from rackwright.spec.layout import Hall, ScalableUnit


def feeds_are_in_pairs(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A unit on one feed goes dark with it, whatever the hall's drawing promises."""
    said: set[Position] = set()  # the units of a range say it at one place
    for hall in loaded.halls:
        for problem in _pairing(loaded, hall):
            if problem.at not in said:
                said.add(problem.at)
                yield problem


def feeds_carry_a_lost_one(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The feed that is left takes the whole load at once and trips too, seconds after the first."""
    for inventory in units:
        for feed in inventory.feeds if inventory.unit.kind == "site" else ():
            if feed.redundancy != "n" and feed.lost_kw > feed.capacity_kw >= feed.planned_kw:
                yield loaded.document.problem(
                    ("halls", feed.hall, "feeds", feed.name, "capacity_kw"),
                    "feed-loss",
                    f"feed {feed.name} of {feed.hall} would carry {feed.lost_kw:g} kW "
                    "while another feed is lost, more than it can",
                    because=(
                        f"its capacity is {feed.capacity_kw:g} kW",
                        f"it carries {feed.planned_kw:g} kW while all feeds are there",
                        f"the hall promises {feed.redundancy}",
                    ),
                    hint="move scalable units, or hold racks lower: feed_loss: {rack_kw: …}",
                )


def shelves_carry_a_lost_feed(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """With a feed go half of a rack's shelves; the other half, asked for more, shuts down."""
    halls = {hall.name: hall for hall in loaded.halls}
    groups: dict[tuple[str, str, int], list[Rack]] = defaultdict(list)
    for inventory in units:
        for rack in inventory.racks if inventory.unit.kind == "site" else ():
            if len(rack.feeds) > 1 and halls[rack.hall].feed_loss.redundancy != "n":
                groups[rack.hall, rack.hardware.name, _weaker_half(rack)].append(rack)
    for (name, _, shelves), racks in groups.items():
        power = racks[0].hardware.power
        needed = held(halls[name], power.max_kw)
        if shelves * power.shelf_kw < needed:
            yield _half(loaded, halls[name], places.named(loaded, racks[0].name), racks, shelves)


def shelves_carry_a_lost_one(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack that runs on its last shelves stops, all 72 GPUs, when the next supply fails."""
    groups: dict[tuple[str, int], list[Rack]] = defaultdict(list)
    for inventory in units:
        for rack in inventory.racks if inventory.unit.kind == "site" else ():
            groups[rack.hardware.name, _present(rack)].append(rack)
    for (_, present), racks in groups.items():
        kind = racks[0].hardware
        count, power = kind.device_type("power-shelf").count, kind.power
        lost = max(power.spare_shelves - (count - present), 1)
        needed = max(power.max_kw, power.edpp_kw)
        left = max(present - lost, 0) * power.shelf_kw
        if left < needed:
            place = places.named(loaded, racks[0].name).rack
            yield loaded.document.problem(
                place.at("trays" if present < count else "kind"),
                "shelf-loss",
                f"with {lost} of its power shelves lost, rack {place.name} has {left:g} kW",
                because=(
                    f"{present} of {count} shelves are there, each gives {power.shelf_kw:g} kW",
                    f"{kind.name} draws {power.max_kw:g} kW, {power.edpp_kw:g} kW at its peak",
                    f"racks like it: {named(racks)}",
                ),
                hint="keep the rack planned until its shelves are there"
                if present < count
                else "take larger shelves, or promise fewer spare ones in the hardware file",
            )


def _pairing(loaded: Loaded, hall: Hall) -> Iterator[Problem]:
    partner: dict[str, tuple[str, ScalableUnit]] = {}
    redundancy = hall.feed_loss.redundancy
    for unit in hall.scalable_units:
        if unit.feed and unit.second_feed == unit.feed:
            yield _pair(loaded, unit, f"feed {unit.feed} is in a pair with itself")
        elif unit.feed and not unit.second_feed and redundancy != "n":
            yield _alone(loaded, hall, unit)
        elif unit.feed and unit.second_feed and redundancy == "2n":
            yield from _shared(loaded, unit, partner)


def _pair(loaded: Loaded, unit: ScalableUnit, message: str, *because: str) -> Problem:
    hint = "second_feed names the other feed of the pair"
    at = unit.at("second_feed")
    return loaded.document.problem(at, "feed-pair", message, because=because, hint=hint)


def _alone(loaded: Loaded, hall: Hall, unit: ScalableUnit) -> Problem:
    return loaded.document.problem(
        unit.at("feed"),
        "feed-alone",
        f"the racks of {naming.unit(hall.name, unit.index)} would stop with feed {unit.feed}",
        because=(
            "they have no second_feed",
            f"the hall promises {hall.feed_loss.redundancy} when a feed is lost",
        ),
        hint="name the other feed of the pair as second_feed",
    )


def _shared(
    loaded: Loaded, unit: ScalableUnit, partner: dict[str, tuple[str, ScalableUnit]]
) -> Iterator[Problem]:
    """Yield a feed of `unit` that an earlier unit pairs with another; note the pair."""
    for feed, other in ((unit.feed, unit.second_feed), (unit.second_feed, unit.feed)):
        known, first = partner.setdefault(feed, (other, unit))
        if known != other:
            yield _pair(
                loaded,
                unit,
                f"feed {feed} is in two pairs, and redundancy 2n needs pairs of their own",
                f"here it is with {other}, and in scalable unit {first.index} with {known}",
            )
            return


def _half(loaded: Loaded, hall: Hall, place: Place, racks: list[Rack], shelves: int) -> Problem:
    kind = racks[0].hardware
    left = shelves * kind.power.shelf_kw
    cap = hall.feed_loss.rack_kw
    drawn = f"capping holds it to {cap:g} kW" if cap else "no capping holds it lower"
    return loaded.document.problem(
        (*hall.path, "feed_loss", "rack_kw" if cap else "redundancy"),
        "feed-loss-shelves",
        f"with a feed lost, rack {place.rack.name} has {left:g} kW, less than it draws",
        because=(
            f"{shelves} power shelves of {kind.power.shelf_kw:g} kW are on the feed that is left",
            f"{kind.name} draws up to {kind.power.max_kw:g} kW, and {drawn}",
            f"racks like it: {named(racks)}",
        ),
        hint=f"hold racks to what is left: feed_loss: {{rack_kw: {left:g}}}",
    )


def _present(rack: Rack) -> int:
    return sum(_shelves(rack))


def _weaker_half(rack: Rack) -> int:
    """Return how many shelves are left on the worse of two feeds; each has half of the labels."""
    there = _shelves(rack)
    half = len(there) // 2
    return min(sum(there[:half]), sum(there[half:]))


def _shelves(rack: Rack) -> list[bool]:
    kind = rack.hardware.device_type("power-shelf")
    if not rack.open:
        return [True] * kind.count
    return [naming.label(kind, index) not in rack.open for index in range(1, kind.count + 1)]
