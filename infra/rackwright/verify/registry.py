"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import chrony, kea
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    chrony.CONSUMER,
)
