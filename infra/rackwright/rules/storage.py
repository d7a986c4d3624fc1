"""Mounts of pools: where they are, and that their servers are written as their kind wants them."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.storage import Mount
from rackwright.yamlfile import Path

_SYSTEM = (
    *("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp"),
    *("usr", "var"),
)
_OWN_CLIENT = ("lustre", "wekafs")
"""Kinds whose client comes from the vendor, not with the kernel."""


def mounts_have_places(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A mount over a folder of the system hides it: the node boots once and never again."""
    for path, mount in _mounts(loaded):
        if mount.path.split("/")[1] in _SYSTEM:
            yield loaded.document.problem(
                (*path, "path"),
                "mount-path",
                f"{mount.path} is in a folder of the system",
                because=("a mount hides what is below it",),
                hint="mount it in a folder of its own, such as /scratch or /mnt/scratch",
            )
    for place, pool in enumerate(loaded.site.pools):
        keyed = [(mount.path, number) for number, mount in enumerate(pool.mounts)]
        for first, second in places.repeated(keyed):
            here: Path = ("pools", place, "mounts")
            yield loaded.document.problem(
                (*here, second, "path"),
                "mount-path",
                f"pool {pool.name} mounts two file systems at {pool.mounts[second].path}",
                hint=f"first at {loaded.document.at((*here, first, 'path'))}",
            )


def servers_fit_their_kind(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A server in another kind's notation is found when 18 nodes hang in their mount at boot."""
    for path, mount in _mounts(loaded):
        for place, server in enumerate(mount.servers):
            if ("@" in server) != (mount.kind == "lustre"):
                form = f"{server}@tcp" if mount.kind == "lustre" else server.split("@")[0]
                yield loaded.document.problem(
                    (*path, "servers", place),
                    "mount-servers",
                    f"{server!r} is no server of a {mount.kind} mount",
                    because=("only Lustre's have a network: ADDRESS@tcp or ADDRESS@o2ib",),
                    hint=f"write {form}",
                )
        if mount.kind == "nfs" and len(mount.servers) > 1:
            yield loaded.document.problem(
                (*path, "servers", 1),
                "mount-servers",
                f"an NFS mount has one server, and {mount.path} has {len(mount.servers)}",
                hint="name one address; more of its ports are `options: [remoteports=…]`",
            )


def clients_are_pinned(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A client that nobody pinned is built for whatever kernel is there, or not at all."""
    if loaded.site.purpose != "production":
        return
    for path, mount in _mounts(loaded):
        if mount.kind in _OWN_CLIENT and mount.client is None:
            yield loaded.document.problem(
                (*path, "kind"),
                "client-not-pinned",
                f"the version of the {mount.kind} client for {mount.path} is not pinned",
                because=("it is no part of the kernel and must fit kernel and servers",),
                hint="add `client:`, the version that the image has",
            )


def _mounts(loaded: Loaded) -> Iterator[tuple[Path, Mount]]:
    for place, pool in enumerate(loaded.site.pools):
        for number, mount in enumerate(pool.mounts):
            yield ("pools", place, "mounts", number), mount
