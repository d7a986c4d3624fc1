"""Keys that everyone has may open nothing but a lab."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

LAB_KEYS = frozenset(
    {
        # private halves: sha256 of b"rackwright lab ssh-host-ca" and b"rackwright lab ssh-admin"
        "AAAAC3NzaC1lZDI1NTE5AAAAIAyOHVV26Lz4Zyak75wjmCAIV5xl9L1YxKQynUdwC1m8",
        "AAAAC3NzaC1lZDI1NTE5AAAAIPOchN+3olIrLQtSYcCGofRiSAr0eluvtIzdDAUkVeQs",
    }
)


def lab_keys_stay_in_labs(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The private halves of the lab's keys are public: anyone could log in, or pose as a host."""
    if loaded.site.purpose == "lab":
        return
    access = loaded.site.access
    keys: list[tuple[Path, str]] = [(("access", "host_ca"), access.host_ca)]
    for place, key in enumerate(access.authorized_keys):
        keys.append((("access", "authorized_keys", place), key))
    for path, key in keys:
        if key.split()[1] in LAB_KEYS:
            yield loaded.document.problem(
                path,
                "lab-key",
                "this is a key of the lab, and its private half is public",
                because=(f"the purpose of the site is {loaded.site.purpose}",),
                hint="make your own with `ssh-keygen -t ed25519`, or say `purpose: lab`",
            )
