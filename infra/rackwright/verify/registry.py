"""Every consumer there is."""

from __future__ import annotations

from rackwright.verify import ansible, chrony, hosts, kea, slurm, ssh, systemd
from rackwright.verify.consumer import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    kea.CONSUMER,
    chrony.CONSUMER,
    slurm.CONSUMER,
    ansible.CONSUMER,
    hosts.CONSUMER,
    ssh.CONSUMER,
    systemd.CONSUMER,
)
