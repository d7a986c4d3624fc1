"""What a lab may do without, and a production site will miss: warnings."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded

_ESSENTIAL = ("dhcp", "dns", "time")
"""Roles without which no rack comes up; a scheduler's backup is its pool's own decision."""


def images_are_pinned(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An image that changes behind its URL gives the trays of one rack different systems."""
    if loaded.site.purpose != "production":
        return
    for place, pool in enumerate(loaded.site.pools):
        if pool.image.sha256 is None:
            yield loaded.document.problem(
                ("pools", place, "image"),
                "image-not-pinned",
                f"the image of pool {pool.name} is not pinned to a digest",
                because=("a tray that is deployed tomorrow may boot something else",),
                hint="add `sha256:`, as `sha256sum` prints it",
            )


def services_survive_a_node(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """While the only DHCP server is down, no BMC that restarts comes back."""
    if loaded.site.purpose != "production":
        return
    for role in _ESSENTIAL:
        nodes = [n for n in loaded.site.service_nodes if role in n.roles or role in n.standby]
        if len(nodes) == 1:
            place = loaded.site.service_nodes.index(nodes[0])
            yield loaded.document.problem(
                ("service_nodes", place, "roles"),
                "no-standby",
                f"{nodes[0].name} alone has the role {role}",
                because=("while it is down nobody does it",),
                hint=f"add `standby: [{role}]` to another service node",
            )


def clocks_follow_the_world(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A site whose clocks agree only with each other refuses certificates one day."""
    if loaded.site.purpose == "production" and not loaded.site.time_sources:
        yield loaded.document.problem(
            ("service_nodes",),
            "no-time-source",
            "the site's time servers follow nobody outside the site",
            because=("certificates, logs and storage compare their clocks with the world's",),
            hint="add `time_sources:`, three of them if there are",
        )
