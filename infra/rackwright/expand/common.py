"""What belongs to the whole site: services, pools, access, address spaces."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.expand import addressing, firmware, naming, networks, pools, zones
from rackwright.expand.fabrics import fabrics
from rackwright.expand.overrides import overrides
from rackwright.inventory import Accepted, Common, Override, ServiceNode, Space, Upstream
from rackwright.inventory.boot import BOOT_PORT
from rackwright.inventory.monitoring import SEVERITIES, Receiver
from rackwright.spec import Loaded
from rackwright.spec.services import BmcCredentials, ClassCredentials, Credentials, NodePlace
from rackwright.spec.site import Site


def common(loaded: Loaded) -> Common:
    """Return what every unit of the site may use."""
    site = loaded.site
    logins = _by_class(site.bmc.credentials)
    spaces, built = tuple(_spaces(loaded)), tuple(fabrics(loaded))
    nodes = tuple(_service_nodes(site))
    return Common(
        site=site.site,
        domain=site.domain,
        purpose=site.purpose,
        host_interface=site.networks.in_band.interface,
        spaces=spaces,
        zones=zones.zones(loaded, spaces, built),
        asns=networks.asns(site, planned_racks(site)),
        units=scalable_units(loaded),
        service_nodes=nodes,
        log_server=_first(nodes, "monitoring", "ironic"),
        console_server=_first(nodes, "ironic"),
        pools=tuple(pools.pools(loaded)),
        tenancy=pools.tenancy(site),
        lockfiles=tuple(firmware.lockfiles(loaded)),
        fabrics=built,
        time_sources=tuple(str(address) for address in site.time_sources),
        upstream=_upstream(site),
        boot_url=_boot_url(site),
        ironic=_ironic(site),
        access=_access(site),
        credentials={name: _credentials(each) for name, each in logins.items()},
        factory_credentials=tuple(_factory(logins)),
        trust={name: _trust(site, each) for name, each in logins.items()},
        slurm_key_ref=site.slurm.key,
        ssh_key_ref=site.access.key,
        user_ca=site.access.user_ca or "",
        accepted=tuple(_accepted(site)),
        overrides=tuple(sorted(overrides(site), key=_of_field)),
        inputs=loaded.inputs,
        receivers=tuple(_receivers(site)),
        links_per_tray=networks.links(site),
    )


def _of_field(each: Override) -> tuple[str, str, str]:
    return each.rack, each.label, each.field


def scalable_units(loaded: Loaded) -> tuple[str, ...]:
    """Return the names of the scalable units, sorted."""
    return tuple(
        sorted(
            naming.unit(hall.name, unit.index)
            for hall in loaded.halls
            for unit in hall.scalable_units
        )
    )


def planned_racks(site: Site) -> int:
    """Return how many rack positions the site's plan has."""
    return networks.racks_of_halls(site, max(hall.index for hall in site.halls))


def _spaces(loaded: Loaded) -> Iterator[Space]:
    services = loaded.site.networks.services
    for prefix in (services.prefix, services.ipv6_prefix):
        if prefix is not None:
            ipv6 = prefix.version == 6
            yield Space(
                network="services",
                hall="",
                ipv6=ipv6,
                prefix=str(prefix),
                length=prefix.prefixlen,
                gateway=addressing.text(int(prefix.network_address) + 1, ipv6=ipv6),
                rack_length=0,
                planned_racks=0,
                possible_racks=0,
            )
    for cut in networks.cuts(loaded):
        yield Space(
            network=networks.KEYS[cut.key],
            hall=cut.hall,
            ipv6=cut.ipv6,
            prefix=str(cut.prefix),
            length=cut.prefix.prefixlen,
            gateway="",
            rack_length=cut.length,
            planned_racks=cut.planned,
            possible_racks=addressing.possible_racks(cut.prefix, cut.length),
        )


def _service_nodes(site: Site) -> Iterator[ServiceNode]:
    for node in sorted(site.service_nodes, key=lambda node: node.name):
        yield ServiceNode(
            name=node.name,
            address=str(node.address),
            ipv6_address=str(node.ipv6_address or ""),
            interface=node.interface,
            roles=(*node.roles, *(role for role in node.standby if role not in node.roles)),
            standby=node.standby,
            place=_place(node.place) if node.place else "",
        )


def _receivers(site: Site) -> Iterator[Receiver]:
    for each in sorted(site.monitoring.receivers, key=lambda each: each.name):
        yield Receiver(
            name=each.name,
            kind=each.kind,
            secret_ref=each.secret,
            severities=tuple(one for one in SEVERITIES if one in each.severities),
        )


def _place(place: NodePlace) -> str:
    rack = f", rack {place.rack}" if place.rack else ""
    return f"hall {place.hall}{rack}{f', U{place.u}' if place.u else ''}"


def _upstream(site: Site) -> Upstream:
    upstream = site.upstream
    return Upstream(
        dns_forwarders=tuple(map(str, upstream.dns_forwarders)),
        border_prefixes=tuple(map(str, upstream.border_prefixes)),
        package_mirror=upstream.package_mirror or "",
    )


def _first(nodes: tuple[ServiceNode, ...], *roles: str) -> ServiceNode:
    """Return the first node with the first of some roles that any node has, or the first node."""
    ranked = [node for role in roles for node in nodes if role in node.roles]
    return (*ranked, *nodes)[0]


def _boot_url(site: Site) -> str:
    """Return where machines fetch what DHCP tells them to: from the first node that answers it."""
    nodes = sorted(site.service_nodes, key=lambda node: node.name)
    servers = [node for node in nodes if "dhcp" in node.roles]
    return f"http://{servers[0].address}:{BOOT_PORT}" if servers else ""


def _ironic(site: Site) -> plan.Ironic:
    ironic = site.ironic
    login = plan.Credentials(user=ironic.user, password_ref=ironic.password)
    return plan.Ironic(url=ironic.url, credentials=login, ca_ref=ironic.ca)


def _access(site: Site) -> plan.Access:
    access = site.access
    return plan.Access(
        host_ca=access.host_ca,
        host_ca_key_ref=access.host_ca_key,
        authorized_keys=access.authorized_keys,
        user=access.user,
    )


def _by_class(bmc: BmcCredentials) -> dict[str, ClassCredentials]:
    return {
        "compute": bmc.compute,
        "nvlink-switch": bmc.nvlink_switch,
        "power-shelf": bmc.power_shelf,
    }


def _factory(logins: dict[str, ClassCredentials]) -> Iterator[tuple[str, plan.Credentials]]:
    for name, each in logins.items():
        if each.factory:
            yield name, _credentials(each.factory)


def _accepted(site: Site) -> Iterator[Accepted]:
    for each in sorted(site.accept, key=lambda each: (each.code, each.at or "")):
        yield Accepted(each.code, each.at or "", each.reason)


def _trust(site: Site, credentials: ClassCredentials) -> plan.Trust:
    pins = credentials.fingerprints
    ca = "" if pins else credentials.ca or site.bmc.ca or ""
    return plan.Trust(ca_ref=ca, fingerprints=tuple(sorted(pins)))


def _credentials(credentials: Credentials) -> plan.Credentials:
    return plan.Credentials(user=credentials.user, password_ref=credentials.password)
