"""acceptance.yaml of a pool: what its racks must pass, with limits and their sources."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.render import pools
from rackwright.render.ansible import pool_of
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the file of a pool that names a profile."""
    if inventory.unit.kind != "pool" or (profile := pools.profile(pool_of(inventory))) is None:
        return
    path = f"{inventory.unit.folder}/acceptance.yaml"
    yield path, fill("acceptance/acceptance.yml.j2", pool=inventory.unit.name, profile=profile)
