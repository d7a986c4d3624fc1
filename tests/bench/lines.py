"""Every measure of the table: its bound, the peer's own figure, and how it is taken.

`bound` is what a change must not fall behind, `stretch` what is worth some work. The peers' figures
are of the same run where there are any. A measure returns its ratio and, in words, what it is of.
What one process does is compared by its CPU, which other work on the machine moves least; what
several do, by the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import campus, measure, peers
from bench.measure import Pair
from bench.workshop import Workshop

SMALL, MIDDLE, LARGE = 40, 163, 625
"""Scalable units: 320, 1,304 and 5,000 racks."""
HEAVY = "import pydantic, jinja2, yaml"

Found = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of the table; a ratio that is better when it is large says so."""

    name: str
    what: str
    bound: float
    take: Callable[[Workshop], Found]
    stretch: float = 0
    larger: bool = False

    def holds(self, value: float) -> bool:
        """Return whether a ratio keeps the bound."""
        return value >= self.bound if self.larger else value <= self.bound


def full_wall(shop: Workshop) -> Found:
    """Return how long a whole render takes, in copies of what it writes."""
    pairs = _full(shop)
    files, size = shop.output
    rate = size / measure.median([pair.first.wall for pair in pairs]) / 1e6
    each = measure.median([pair.first.cpu for pair in pairs]) / files * 1e6
    return measure.wall(
        pairs
    ), f"{files:,} files, {size / 1e6:.0f} MB; {rate:.0f} MB/s, {each:.0f} us CPU a file"


def full_cpu(shop: Workshop) -> Found:
    """Return what a whole render costs in processors, in copies of what it writes."""
    pairs = _full(shop)
    return measure.cpu(pairs), f"{measure.median([pair.first.cpu for pair in pairs]):.2f} s of CPU"


def _full(shop: Workshop) -> list[Pair]:
    def take() -> list[Pair]:
        return measure.in_turns(shop.run, shop.fresh(shop.childress, 2), shop.copying, shop.times)

    return shop.once("full", take)


def linear(shop: Workshop) -> Found:
    """Return what a node more costs in a large campus, in what it costs in a middling one."""
    small, middle, large = (_sized(shop, units) for units in (SMALL, MIDDLE, LARGE))
    first, second = (middle - small) / (MIDDLE - SMALL), (large - middle) / (LARGE - MIDDLE)
    return second / first, f"{second / campus.RACKS / campus.TRAYS * 1e6:.0f} us a node"


def _sized(shop: Workshop, units: int) -> float:
    return measure.median([cost.cpu for cost in shop.renders(units)])


def against_avd(shop: Workshop) -> Found:
    """Return how many of our nodes cost what a device costs in pyavd."""
    command, devices = peers.avd()
    return _against(shop, command, devices, "device")


def against_kapitan(shop: Workshop) -> Found:
    """Return how many of our nodes cost what a target costs in kapitan."""
    command, targets = shop.once("kapitan", lambda: peers.kapitan(shop.folder("kapitan")))
    return _against(shop, command, targets, "target")


def against_ansible(shop: Workshop) -> Found:
    """Return how many of our nodes cost what a templated host costs in Ansible."""
    command, hosts = shop.once("ansible", lambda: peers.ansible(shop.folder("ansible")))
    return _against(shop, command, hosts, "host")


def _against(shop: Workshop, command: object, count: int, what: str) -> Found:
    if shop.no_peers:
        raise measure.Failed(f"no peers: {shop.no_peers}")
    pairs = measure.in_turns(
        shop.run, lambda: command, shop.fresh(shop.childress, 1), max(shop.times // 2, 1)
    )
    theirs = measure.median([pair.first.cpu for pair in pairs]) / count
    ours = measure.median([pair.second.cpu for pair in pairs]) / shop.nodes
    return theirs / ours, f"{theirs * 1e3:.1f} ms a {what}, {ours * 1e6:.0f} us a node of ours"


def unchanged(shop: Workshop) -> Found:
    """Return what it costs to find that nothing changed, in starts of Python."""
    pairs = _turns(shop, lambda: shop.rackwright("render", shop.rendered), shop.python("pass"))
    return measure.cpu(pairs), f"{_ms(pairs)}, every output looked at"


def unchanged_as_git(shop: Workshop) -> Found:
    """Return how long that takes, in times that git needs to find the same."""
    tree = shop.once("git", shop.committed)
    status = ["git", "-C", str(tree), "status", "--short"]
    pairs = _turns(shop, lambda: shop.rackwright("render", shop.rendered), lambda: status)
    return measure.cpu(pairs), _ms(pairs)


def one_row(shop: Workshop) -> Found:
    """Return how long a new serial takes, in imports of the libraries that are needed."""
    pairs = _turns(shop, shop.new_serial(shop.rendered), shop.python(HEAVY))
    return measure.wall(pairs), f"{_ms(pairs)} for a row of as-built data"


def one_word(shop: Workshop) -> Found:
    """Return how long a new word in site.yaml takes, in imports of those libraries."""
    pairs = _turns(shop, shop.new_word(shop.rendered), shop.python(HEAVY))
    return measure.wall(pairs), f"{_ms(pairs)} for a word in site.yaml"


def one_row_in_any_size(shop: Workshop) -> Found:
    """Return how long a new serial takes in a large campus, in times of a small one."""
    large, small = shop.site(LARGE), shop.site(SMALL)
    pairs = _turns(shop, shop.new_serial(large), shop.new_serial(small))
    return measure.wall(pairs), _ms(pairs)


def version(shop: Workshop) -> Found:
    """Return how long `--version` takes, in starts of Python."""
    pairs = _turns(shop, lambda: shop.rackwright("--version"), shop.python("pass"))
    return measure.cpu(pairs), _ms(pairs)


def help_page(shop: Workshop) -> Found:
    """Return how long `--help` takes, in starts of Python."""
    pairs = _turns(shop, lambda: shop.rackwright("--help"), shop.python("pass"))
    return measure.cpu(pairs), _ms(pairs)


def validate(shop: Workshop) -> Found:
    """Return how long parsing and validating takes, in imports of pydantic."""
    script = (
        "from pathlib import Path; from rackwright import yamlfile; "
        "from rackwright.spec import reading; from rackwright.spec.site import Site; "
        f"text = Path({str(campus.CHILDRESS)!r}).read_text(); "
        "reading.read(Site, yamlfile.parse(text, '').data)"
    )
    pairs = _turns(shop, shop.python(script), shop.python("from pydantic import BaseModel"))
    return measure.cpu(pairs), _ms(pairs)


def memory(shop: Workshop) -> Found:
    """Return the memory of the largest process of a whole render, in megabytes."""
    peak = max(pair.first.peak for pair in _full(shop))
    return peak / 1e6, "the largest process, in MB"


def memory_in_any_size(shop: Workshop) -> Found:
    """Return that of a large campus, in that of a middling one."""
    peaks = [max(cost.peak for cost in shop.renders(units)) for units in (MIDDLE, LARGE)]
    return peaks[1] / peaks[0], f"{peaks[1] / 1e6:.0f} MB over {peaks[0] / 1e6:.0f} MB"


def processes(shop: Workshop) -> Found:
    """Return how much sooner two processes are done than one."""
    pairs = _turns(shop, shop.fresh(shop.childress, 1), shop.fresh(shop.childress, 2))
    return measure.wall(pairs), _ms(pairs)


def difference(shop: Workshop) -> Found:
    """Return how long `diff` takes after a new serial, in times of the render of one."""
    if not shop.has("diff"):
        raise measure.Failed("there is no `rackwright diff` yet")
    render = shop.rackwright("render", shop.rendered)
    pairs = _turns(shop, shop.new_serial_shown(shop.rendered), lambda: render)
    return measure.cpu(pairs), _ms(pairs)


def _turns(shop: Workshop, first: measure.Setting, second: measure.Setting) -> list[Pair]:
    return measure.in_turns(shop.run, first, second, shop.times)


def _ms(pairs: list[Pair]) -> str:
    """Return what both cost, in words."""
    first = measure.median([pair.first.cpu for pair in pairs])
    second = measure.median([pair.second.cpu for pair in pairs])
    return f"{first * 1e3:,.0f} ms of CPU over {second * 1e3:,.0f} ms"


LINES: tuple[Line, ...] = (
    Line("G1", "full render, 2 processes, wall / cp -r of its output", 3.0, full_wall, 2.0),
    Line("G1b", "the same, CPU / cp CPU", 6.0, full_cpu, 4.0),
    Line("G2", "CPU per added node, 625 SU over 163 SU", 1.15, linear),
    Line("G3", "device of pyavd / node", 500, against_avd, 2000, larger=True),
    Line("G4", "target of kapitan / node", 50, against_kapitan, larger=True),
    Line("G4b", "host of ansible template / node", 2000, against_ansible, larger=True),
    Line("G5", "no change / python -c pass", 6.0, unchanged, 4.0),
    Line("G5b", "no change / git status of the tree", 3.0, unchanged_as_git),
    Line("G6", f"one as-built row / python -c '{HEAVY}'", 2.5, one_row),
    Line("G6", f"one word of site.yaml / python -c '{HEAVY}'", 2.5, one_word),
    Line("G6b", "one as-built row, 5,000 racks / 320 racks", 1.2, one_row_in_any_size),
    Line("G7", "--version / python -c pass", 5.0, version),
    Line("G7", "--help / python -c pass", 6.0, help_page),
    Line("G8", "parse and validate / import pydantic", 2.5, validate),
    Line("G9", "peak memory of a process of the full render, MB", 120, memory),
    Line("G9b", "the same, 5,000 racks / 1,304 racks", 1.3, memory_in_any_size),
    Line("G10", "full render, 1 process / 2 processes, wall", 1.6, processes, larger=True),
    Line("G11", "diff after one as-built row / render of it", 2.0, difference),
)
