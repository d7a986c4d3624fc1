"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import (
    agreement,
    bind,
    chrony,
    cloud_init,
    conman,
    frr,
    ipxe,
    kea,
    kea6,
    netplan,
    nginx,
    opensm,
    rsyslog,
    ztp,
)
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    kea6.CONSUMER,
    bind.CONSUMER,
    chrony.CONSUMER,
    rsyslog.CONSUMER,
    conman.CONSUMER,
    netplan.CONSUMER,
    nginx.CONSUMER,
    cloud_init.CONSUMER,
    ipxe.CONSUMER,
    opensm.CONSUMER,
    agreement.CONSUMER,
    frr.CONSUMER,
    ztp.CONSUMER,
)
