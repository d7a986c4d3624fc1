"""The rack as a Pulumi program declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

PACKAGE = "rackwright"
TYPE = f"{PACKAGE}:index:Rack"
OBSERVED = ("trays", "switch_trays", "power_shelves", "retired", "ready")


class Rack(pulumi.CustomResource):
    """One rack: its power shelves checked, its switch trays on, its compute trays deployed."""

    trays: pulumi.Output[dict[str, Any]]
    """By label: name, serial, power, Ironic's state and node, whether the host is reachable."""
    switch_trays: pulumi.Output[dict[str, Any]]
    power_shelves: pulumi.Output[dict[str, Any]]
    retired: pulumi.Output[list[Any]]
    """Ironic nodes of trays that others replaced."""
    ready: pulumi.Output[bool]
    """Whether everything that should be up is."""

    def __init__(
        self,
        name: str,
        properties: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> None:
        observed = dict.fromkeys(OBSERVED)
        super().__init__(TYPE, name, {**properties, **observed}, options)
