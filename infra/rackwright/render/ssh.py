"""The SSH user CA on every host: whose certificates let people log in.

Certificates that end by themselves replace lists of keys that somebody must clean. sshd wants the
CA's public key in a file, and a line that names the file; a site without a user CA gets neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.render.delivery import USER_CA
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the user CA's key and sshd's configuration for it, once for the site."""
    if inventory.unit.kind == "site" and inventory.common.user_ca:
        yield "site/ssh/user_ca.pub", f"{inventory.common.user_ca}\n"
        yield "site/ssh/user_ca.conf", fill("ssh/user-ca.conf.j2", path=USER_CA)
