"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import (
    acceptance,
    alertmanager,
    ansible,
    chrony,
    exporters,
    hosts,
    kea,
    prometheus,
    pulumi,
    slurm,
    ssh,
    systemd,
)
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    chrony.CONSUMER,
    slurm.CONSUMER,
    ansible.CONSUMER,
    hosts.CONSUMER,
    ssh.CONSUMER,
    systemd.CONSUMER,
    prometheus.CONSUMER,
    alertmanager.CONSUMER,
    exporters.BLACKBOX,
    exporters.SNMP,
    acceptance.CONSUMER,
    pulumi.CONSUMER,
)
