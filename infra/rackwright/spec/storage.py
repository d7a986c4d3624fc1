"""Storage: what the nodes of a pool mount, from which servers, with which client."""

from typing import Annotated, Literal

from rackwright.spec.language import Spec, field
from rackwright.spec.words import Form

Kind = Literal["nfs", "lustre", "wekafs"]
Server = Annotated[
    str,
    Form(
        "[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?(@(tcp|o2ib)[0-9]{0,2})?",
        "a host name or an address, of Lustre with its network: 10.66.0.5@tcp",
    ),
]
Export = Annotated[
    str, Form("/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", "an export or a file system: /export, fs1")
]
MountPath = Annotated[
    str,
    Form(
        "(/[A-Za-z0-9_]{1,30}){1,4}",
        "an absolute path of letters, digits and underscores; systemd names the mount after it",
    ),
]
Option = Annotated[
    str, Form("[A-Za-z0-9_.:/=-]{1,60}", "one mount option, such as noatime or nconnect=16")
]
ClientVersion = Annotated[
    str, Form("[0-9][0-9A-Za-z.+~-]{0,30}", "a version in quotes, such as '2.16.1'")
]


class Mount(Spec):
    """A file system that every node of a pool has."""

    path: MountPath = field(description="Where the nodes have it.")
    kind: Kind = field(description="What serves it.")
    servers: tuple[Server, ...] = field(
        min_length=1,
        description="The NFS server, Lustre's management servers, or Weka's backends.",
    )
    export: Export = field(description="What they call it.")
    options: tuple[Option, ...] = field(default=(), description="Options of its mount.")
    client: ClientVersion | None = field(
        default=None, description="The version of the client, where that is no part of the kernel."
    )
