"""Keys that everyone has may open nothing but a lab."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

LAB_KEYS = frozenset(
    {
        # private halves: sha256 of b"rackwright lab ssh-host-ca" and b"rackwright lab ssh-admin"
        "AAAAC3NzaC1lZDI1NTE5AAAAIAyOHVV26Lz4Zyak75wjmCAIV5xl9L1YxKQynUdwC1m8",
        "AAAAC3NzaC1lZDI1NTE5AAAAIPOchN+3olIrLQtSYcCGofRiSAr0eluvtIzdDAUkVeQs",
    }
)

PLACEHOLDER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMUST/BE/REPLACED/WITH/YOUR/OWN/PUBLIC/KEY/E"
"""The starter site's key. Its number is no point of the curve, so it has no private half."""
PLACEHOLDER_DIGEST = "0" * 64
"""The digest of the starter site's image."""


def lab_keys_stay_in_labs(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The private halves of the lab's keys are public: anyone could log in, or pose as a host."""
    if loaded.site.purpose == "lab":
        return
    for path, key in _keys(loaded):
        if key.split()[1] in LAB_KEYS:
            yield loaded.document.problem(
                path,
                "lab-key",
                "this is a key of the lab, and its private half is public",
                because=(f"the purpose of the site is {loaded.site.purpose}",),
                hint="make your own with `ssh-keygen -t ed25519`, or say `purpose: lab`",
            )


def placeholders_are_replaced(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack deployed with the starter site's keys is one that nobody can ever log in to."""
    installed = [place.rack for place in places.racks(loaded) if place.rack.state == "installed"]
    if not installed:
        return
    left = [path for path, key in _keys(loaded) if key.split()[1] == PLACEHOLDER_KEY.split()[1]]
    for place, pool in enumerate(loaded.site.pools):
        if pool.image.sha256 == PLACEHOLDER_DIGEST:
            left.append(("pools", place, "image", "sha256"))
    for path in left:
        yield loaded.document.problem(
            path,
            "placeholder-left",
            "this is the starter site's placeholder, and it works nowhere",
            because=(f"rack {installed[0].name} is installed",),
            hint="put your own in its place, or leave every rack planned",
        )


def factory_logins_are_replaced(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A factory's password is printed on a label and known to everyone who had one of its BMCs."""
    credentials = loaded.site.bmc.credentials
    for name in type(credentials).model_fields:
        each = getattr(credentials, name)
        if each.factory and each.factory.password == each.password:
            path = ("bmc", "credentials", name)
            yield loaded.document.problem(
                (*path, "password"),
                "factory-login",
                f"the password of {name} is the one it left the factory with",
                because=(f"both are {each.password}",),
                hint="give the site a password of its own, and keep the factory's beside it",
            )


def _keys(loaded: Loaded) -> Iterator[tuple[Path, str]]:
    access = loaded.site.access
    yield ("access", "host_ca"), access.host_ca
    for place, key in enumerate(access.authorized_keys):
        yield ("access", "authorized_keys", place), key
    if access.user_ca:
        yield ("access", "user_ca"), access.user_ca
