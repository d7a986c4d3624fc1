"""management.csv and what it leads to: ports of switches and trays, each with its owner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from rackwright.verify import management_ports
from rackwright.verify.agreement.said import Defined, Fact, Mention, Place, Said
from rackwright.verify.consumer import Rendered

_SWITCH = "configured switch"


def read(rendered: Rendered) -> Iterator[Said]:
    """Yield every management port; those of switches are of switches with a configuration."""
    for path in rendered.paths:
        if path.endswith("/startup.yaml"):
            yield Defined(_SWITCH, PurePosixPath(path).parts[-2])
    for port in management_ports.read(rendered):
        at = Place(port.path, port.line)
        yield Mention(_SWITCH if port.port == management_ports.ETH0 else "device", port.device, at)
        yield Defined("name", port.name)
        if port.port == management_ports.ETH0:
            yield Defined("device", port.device)
            yield Defined("name", port.device)
        yield Fact(port.device, "serial", port.serial, at)
        yield Fact(port.device, f"{port.port} MAC", port.mac, at)
        yield Fact(port.device, f"{port.port} address", port.address, at)


def folders(rendered: Rendered) -> Iterator[Said]:
    """Yield the folders that service nodes get, and that there are."""
    found = {str(PurePosixPath(path).parents[1]) for path in rendered.paths if "/switches/" in path}
    for folder in sorted(found):
        yield Defined("file", folder)
    for node in rendered.site.service_nodes:
        for each in node.folders:
            yield Mention("file", each.source, Place("site/plan.json", words=(each.source,)))
        if "dhcp" in node.roles:
            served = {each.source for each in node.folders}
            for folder in sorted(found - served):
                at = Place("site/plan.json", words=(f'"{node.name}"',))
                yield Mention(f"folder that {node.name} serves", folder, at)
