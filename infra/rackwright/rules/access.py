"""Keys that everyone has may open nothing but a lab."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.services import ClassCredentials
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


def bmcs_are_trusted_by_something(
    loaded: Loaded, _units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """A BMC whose certificate nobody can check gets no password, and its rack stays dark."""
    for name, each in _classes(loaded):
        if not (each.ca or each.fingerprints or loaded.site.bmc.ca):
            yield loaded.document.problem(
                ("bmc", "credentials", name),
                "bmc-untrusted",
                f"nothing says by which certificate the BMCs of {name} prove themselves",
                hint="give `ca:` here or under `bmc:`"
                + (", or pin `fingerprints:` here" if name != "compute" else ""),
            )


def bmcs_are_trusted_in_one_way(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of a CA and a pinned certificate the weaker decides, and people think of the stronger."""
    for name, each in _classes(loaded):
        if each.ca and each.fingerprints:
            yield loaded.document.problem(
                ("bmc", "credentials", name, "fingerprints"),
                "trust-twice",
                f"the BMCs of {name} are trusted by a CA and by pinned certificates",
                because=(f"ca is {each.ca}",),
                hint="keep one of the two",
            )


def deployed_hosts_are_trusted_by_a_ca(
    loaded: Loaded, _units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """Ironic checks the BMC it deploys through against a CA file, and knows no fingerprints."""
    if loaded.site.bmc.credentials.compute.fingerprints:
        yield loaded.document.problem(
            ("bmc", "credentials", "compute", "fingerprints"),
            "pinned-host",
            "the BMCs of compute cannot be trusted by pinned certificates",
            because=("Ironic deploys through them, and verifies by a CA alone",),
            hint="sign their certificates with a CA of the site, and name it as `ca:`",
        )


def factory_logins_are_replaced(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A factory's password is printed on a label and known to everyone who had one of its BMCs."""
    for name, each in _classes(loaded):
        if each.factory and each.factory.password == each.password:
            path = ("bmc", "credentials", name)
            yield loaded.document.problem(
                (*path, "password"),
                "factory-login",
                f"the password of {name} is the one it left the factory with",
                because=(f"both are {each.password}",),
                hint="give the site a password of its own, and keep the factory's beside it",
            )


def _classes(loaded: Loaded) -> Iterator[tuple[str, ClassCredentials]]:
    credentials = loaded.site.bmc.credentials
    for name in credentials.fields:
        yield name, getattr(credentials, name)


def _keys(loaded: Loaded) -> Iterator[tuple[Path, str]]:
    access = loaded.site.access
    yield ("access", "host_ca"), access.host_ca
    for place, key in enumerate(access.authorized_keys):
        yield ("access", "authorized_keys", place), key
    if access.user_ca:
        yield ("access", "user_ca"), access.user_ca
