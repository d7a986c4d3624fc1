"""Firmware and software: which version each component of a rack has, and in which order.

Half of what goes wrong on a new rack is one tray with another firmware than its neighbours. So a
site pins the whole rack in one place, in the order in which it is updated: power shelves, NVLink
switch trays, compute trays, and each of these from the first line to the last.
"""

from typing import Annotated

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Form, Name, Reason

Version = Annotated[
    str,
    Form("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", 'a version such as "580.126.20", in quotes'),
]
Numbered = Annotated[
    str, Form("[0-9][0-9A-Za-z._+-]{0,63}", 'a version such as "580.126.20", in quotes')
]
Other = Annotated[
    str,
    Form(
        "(compute|nvlink_switch|power_shelf)\\.[a-z][a-z0-9]{0,14}",
        "a class and a component, such as nvlink_switch.nvos",
    ),
]


class Pin(Spec):
    """The version of one component."""

    component: Name = field(description="The component: bmc, nvos, cx8.")
    version: Version = field(
        description='Its version, in quotes: without them "1.60" would be the number 1.6.'
    )
    requires: tuple[Other, ...] = field(
        default=(), description="What must be at its own version first: [nvlink_switch.nvos]."
    )


class Lockfile(Spec):
    """The firmware of a rack, in the order in which it is updated."""

    name: Name = field(description="The lockfile's name.")
    kinds: Annotated[tuple[str, ...], Bounds(min_length=1)] | None = field(
        default=None, description="The hardware types it is for; by default every one of the site."
    )
    source: Reason | None = field(
        default=None, description="Where the combination comes from: a release, a bill of material."
    )
    power_shelf: tuple[Pin, ...] = field(default=(), description="Of power shelves, first.")
    nvlink_switch: tuple[Pin, ...] = field(default=(), description="Of NVLink switch trays, next.")
    compute: tuple[Pin, ...] = field(default=(), description="Of compute trays, last.")


class Versions(Spec):
    """The software that a pool's compute trays must have."""

    driver: Numbered = field(description='The GPU driver, in quotes: "580.126.20".')
    imex: Numbered | None = field(
        default=None, description="IMEX, in quotes; by default the driver's version."
    )
    cuda: Numbered | None = field(default=None, description='CUDA, in quotes: "13.0.2".')
    doca: Numbered | None = field(default=None, description='DOCA, in quotes: "3.2.1".')
