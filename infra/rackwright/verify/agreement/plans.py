"""plan.json: what every device is; the reference that all other files are held against."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.verify.agreement.said import Defined, Fact, Mention, Place, Said, Service
from rackwright.verify.consumer import Rendered

SITE = "site/plan.json"


def read(rendered: Rendered) -> Iterator[Said]:
    """Yield every device of every unit's plan and every service node of the site's."""
    for path in rendered.paths:
        yield Defined("file", path)
    for node in rendered.site.service_nodes:
        yield Defined("host", node.name)
        yield Defined("name", node.name)
        yield Defined("service node", node.name)
        yield Defined("service address", node.address)
        yield Fact(node.name, "address", node.address, Place(SITE, words=(node.address,)))
        for file in node.files:
            yield Mention("file", file.source, Place(SITE, words=(f'"{file.source}"',)))
    yield from _ironic(rendered.site.ironic, SITE)
    for name in rendered.site.units:
        path = f"{name}/plan.json"
        unit = rendered.unit(name)
        yield from _ironic(unit.ironic, path)
        for address in unit.nameservers:
            yield Service("dns", address, Place(path, words=('"nameservers"', f'"{address}"')))
        for rack in unit.racks:
            for device in rack.devices:
                yield from _device(device, path)


def trays(rendered: Rendered) -> dict[str, tuple[str, plan.ComputeTray]]:
    """Return every compute tray by its name, with its rack; racks and trays in their order."""
    return {
        tray.name: (rack.name, tray)
        for unit in rendered.site.units
        for rack in rendered.unit(unit).racks
        for tray in rack.compute_trays
    }


def _device(device: plan.ComputeTray | plan.Device, path: str) -> Iterator[Said]:
    name = device.name
    yield Defined("device", name)
    yield Defined("name", name)
    values = [
        ("serial", device.serial),
        ("BMC MAC", device.bmc.mac),
        ("BMC address", device.bmc.address),
    ]
    if isinstance(device, plan.ComputeTray):
        yield Defined("host", name)
        yield Defined("in-band address", device.interface.address)
        values += [
            ("in-band MAC", device.interface.mac),
            ("in-band address", device.interface.address),
        ]
    for kind, value in values:
        if value:
            yield Fact(name, kind, value, Place(path, words=(f'"{value}"',)))


def _ironic(ironic: plan.Ironic, path: str) -> Iterator[Said]:
    host = ironic.url.removeprefix("https://").partition("/")[0].partition(":")[0]
    if host and host[0].isdigit():
        yield Service("ironic", host, Place(path, words=(f'"{ironic.url}"',)))
