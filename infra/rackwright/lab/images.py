"""Boot media: one that looks like a node image, and the server that Ironic publishes them on.

Ironic fetches a pool's boot medium from the URL that the site gives, and publishes it again, with
each tray's config drive beside it, under its own address. Both are the same server on the service
node. Media may hold a host's private key while it is being deployed, so the server speaks TLS only
and shows no listing.

    python -m rackwright.lab.images FOLDER ADDRESS PORT CERTIFICATE KEY
"""

from __future__ import annotations

import sys
from pathlib import Path

from rackwright import sandbox
from rackwright.problems import ToolMissing

EFI_BOOT = "boot/efi.img"
FILES = {
    EFI_BOOT: "stand-in for a FAT file system with an aarch64 boot loader\n",
    "boot/grub/grub.cfg": "linux /boot/vmlinuz\ninitrd /boot/initrd.img\n",
    "boot/vmlinuz": "stand-in for a kernel\n",
    "boot/initrd.img": "stand-in for an initrd\n",
}
"""What every node image has; the contents say that nobody will execute them."""


def make_medium(path: Path, scratch: Path) -> None:
    """Make a boot medium at `path` that has the parts of a node image.

    Raises:
        ToolMissing: xorriso is not installed.
    """
    for name, text in FILES.items():
        file = scratch / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    efi = ["-eltorito-alt-boot", "-e", EFI_BOOT, "-no-emul-boot"]
    try:
        sandbox.run(
            ["xorrisofs", "-quiet", "-J", "-R", "-V", "NODE", *efi, "-o", str(path), str(scratch)]
        )
    except ToolMissing as error:
        raise ToolMissing(error.message, "apt-get install xorriso") from error


def main() -> None:
    """Serve a folder over HTTPS until told to stop."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    folder, address, port, certificate, key = sys.argv[1:]
    uvicorn.run(
        Starlette(routes=[Mount("/", StaticFiles(directory=folder))]),
        host=address,
        port=int(port),
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
