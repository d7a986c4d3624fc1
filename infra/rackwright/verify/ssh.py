"""OpenSSH: who a host is to a client, and whose certificates a host takes.

A known_hosts pattern that misses a host is seen when somebody logs in for the first time, and then
there is a prompt, or a job that hangs. So ssh-keygen looks for hosts of every rack. sshd is asked
what it made of the rendered file, which it reads as one of many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import crashed, shortened
from rackwright.verify.room import Room

KNOWN_HOSTS = "site/ansible/known_hosts"
USER_CA = "site/ssh/user_ca.conf"
USER_CA_KEY = "site/ssh/user_ca.pub"
_FIND = """
while read -r host; do
    ssh-keygen -F "$host" -f /known_hosts | grep -q ' CA' || echo "$host"
done < /hosts
"""
_SSHD = """
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
mkdir -p /run/sshd
"""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for known_hosts, and one for sshd where the site has a user CA."""
    if KNOWN_HOSTS in rendered.paths:
        yield Case("known_hosts", "site", (KNOWN_HOSTS,), _clients(rendered))
    if USER_CA in rendered.paths:
        yield Case("sshd", "site", (USER_CA, USER_CA_KEY), _server(rendered))


def _clients(rendered: Rendered) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        room.put("/known_hosts", rendered.text(KNOWN_HOSTS))
        room.put("/hosts", "".join(f"{host}\n" for host in _hosts(rendered)))
        done = room.shell(_FIND, seconds=120)
        if done.lines:
            message = f"no line of it vouches for {done.lines[0]}"
            row = rendered.text(KNOWN_HOSTS).count("\n")
            yield Complaint(KNOWN_HOSTS, message, row, words=shortened(done.lines))

    return judge


def _hosts(rendered: Rendered) -> Iterator[str]:
    """Yield the addresses and full names of every service node and of the first tray of a rack."""
    domain = rendered.site.domain
    for node in rendered.site.service_nodes:
        yield from (node.address, f"{node.name}.{domain}")
    for unit in rendered.site.units:
        for rack in rendered.unit(unit).racks:
            for tray in rack.compute_trays[:1]:
                yield from (tray.interface.address, f"{tray.name}.{domain}")


def _server(rendered: Rendered) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        room.shell(_SSHD)
        room.put("/etc/ssh/sshd_config.d/10-user-ca.conf", rendered.text(USER_CA))
        room.put("/etc/ssh/user_ca.pub", rendered.text(USER_CA_KEY))
        done = room.run(["/usr/sbin/sshd", "-T"])
        if done.code:
            at = re.search(r"10-user-ca\.conf: line (\d+): (.*)", done.output)
            known = Complaint(USER_CA, at[2], int(at[1])) if at else None
            yield known or crashed(done, "sshd", USER_CA)
            return
        trusted = [line.split()[1] for line in done.lines if line.startswith("trustedusercakeys ")]
        if trusted != ["/etc/ssh/user_ca.pub"]:
            message = f"sshd takes user certificates of {', '.join(trusted) or 'nobody'}"
            yield Complaint(USER_CA, message)
        key = room.run(["ssh-keygen", "-l", "-f", "/etc/ssh/user_ca.pub"])
        if key.code:
            yield crashed(key, "ssh-keygen", USER_CA_KEY)

    return judge


CONSUMER = Consumer(
    name="ssh",
    checks="ssh-keygen finds the CA of every rack; sshd trusts the user CA",
    programs=(Program("sshd", "openssh-server"), Program("ssh-keygen", "openssh-client")),
    cases=cases,
    reads=("site/ssh/*", "site/ansible/known_hosts"),
    not_checked=(
        NotChecked("a login with a certificate", "the lab logs in, by host certificates"),
    ),
)
