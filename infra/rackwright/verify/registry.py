"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import bind, chrony, kea
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    bind.CONSUMER,
    chrony.CONSUMER,
)
