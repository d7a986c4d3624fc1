"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import bind, chrony, conman, kea, rsyslog
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    bind.CONSUMER,
    chrony.CONSUMER,
    rsyslog.CONSUMER,
    conman.CONSUMER,
)
