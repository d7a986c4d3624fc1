"""The kernel's command line of a pool: what its hardware asks for, and what the pool says itself.

A tray with half of its settings runs, a fifth slower, and nobody sees why. So what the maker of the
processor recommends stands with the hardware type, and comes to every pool that has such racks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rackwright.expand.scheduling import hardware_types
from rackwright.inventory.boot import NetworkBoot
from rackwright.spec import Loaded
from rackwright.spec.pools import Pool

TAKEN_OFTEN = ("console", "earlycon", "module_blacklist")
"""Arguments that the kernel takes more than once: one more replaces none."""


def arguments(loaded: Loaded, pool: Pool) -> tuple[str, ...]:
    """Return the arguments of a pool, those of its hardware first."""
    own = pool.kernel.arguments if pool.kernel else ()
    asked = dict.fromkeys(
        argument
        for kind in hardware_types(loaded, pool.name)
        for argument in kind.host.kernel_arguments
    )
    return (*_left(asked, own), *own)


def network_boot(loaded: Loaded, pool: Pool) -> NetworkBoot | None:
    """Return what a pool boots over the network; None where it does not."""
    boot = pool.network_boot
    if boot is None:
        return None
    line = arguments(loaded, pool)
    return NetworkBoot(boot.kernel, boot.initrd, (*_left(line, boot.arguments), *boot.arguments))


def _left(arguments: Iterable[str], replacing: Iterable[str]) -> Iterator[str]:
    """Yield the arguments that none of the others replaces, or repeats."""
    replaced = {_name(each) for each in replacing} - {*TAKEN_OFTEN}
    repeated = set(replacing)
    return (each for each in arguments if _name(each) not in replaced and each not in repeated)


def _name(argument: str) -> str:
    return argument.partition("=")[0]
