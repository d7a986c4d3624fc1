"""A small rack's plan made by hand, for tests of the acting rooms that need no rendered site."""

from __future__ import annotations

from rackwright.plan import (
    VERSION,
    Access,
    Bmc,
    BmcKind,
    ComputeTray,
    Credentials,
    Device,
    Image,
    Interface,
    Ironic,
    Pool,
    Rack,
    Trust,
    UnitPlan,
)

HOST_CA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAyOHVV26Lz4Zyak75wjmCAIV5xl9L1YxKQynUdwC1m8"
IDENTITIES = {
    "compute": ("System_0", "BMC_0", "Chassis_0"),
    "nvlink-switch": ("System_0", "BMC_0", "MGX_BMC_0"),
    "power-shelf": ("", "bmc", "powershelf"),
}


def bmc(kind: str, address: str, mac: str) -> Bmc:
    return Bmc(address=address, mac=mac, kind=f"gb300-nvl72/{kind}")


def bmc_kind(kind: str) -> BmcKind:
    system, manager, chassis = IDENTITIES[kind]
    return BmcKind(
        device_class=kind,
        dialect="pmc" if kind == "power-shelf" else "nvidia-openbmc",
        system=system,
        manager=manager,
        chassis=chassis,
        virtual_media=kind == "compute",
        multipart_update=kind != "power-shelf",
        leak_detectors=0,
    )


def compute_tray(index: int) -> ComputeTray:
    return ComputeTray(
        name=f"a01-p1-dgx-01-c{index:02d}",
        label=f"c{index:02d}",
        index=index,
        slot=index + (10 if index <= 8 else 19),
        serial=f"CT{index:06d}",
        bmc=bmc("compute", f"10.64.0.{10 + index}", f"3c:6d:66:00:01:{index:02x}"),
        interface=Interface(
            name="bond0",
            mac=f"3c:6d:66:00:02:{index:02x}",
            address=f"10.65.0.{10 + index}",
            prefix_length=26,
            gateway="10.65.0.1",
        ),
        pool="train",
    )


def device(kind: str, word: str, index: int, octet: int, slot: int) -> Device:
    return Device(
        name=f"a01-p1-{word}-{index:02d}",
        label=f"{word}-{index:02d}",
        index=index,
        slot=slot + index,
        serial=f"{word.upper()}{index:06d}",
        bmc=bmc(kind, f"10.64.0.{octet + index}", f"3c:6d:66:00:{octet:02x}:{index:02x}"),
    )


def devices(kind: str, word: str, octet: int, slot: int, count: int) -> tuple[Device, ...]:
    return tuple(device(kind, word, n, octet, slot) for n in range(1, count + 1))


def rack(compute: int = 18, switches: int = 9, shelves: int = 8) -> Rack:
    return Rack(
        name="a01",
        hall="h1",
        unit="h1-su01",
        index=1,
        kind="gb300-nvl72",
        compute_trays=tuple(compute_tray(n) for n in range(1, compute + 1)),
        switch_trays=devices("nvlink-switch", "nvsw", 40, 18, switches),
        power_shelves=devices("power-shelf", "pwr", 30, 0, shelves),
        power_supplies=6,
        architecture="aarch64",
    )


def unit_plan(*racks: Rack) -> UnitPlan:
    return UnitPlan(
        version=VERSION,
        site="one-rack",
        domain="one-rack.example",
        unit="h1-su01",
        racks=racks or (rack(),),
        pools={
            "train": Pool(
                name="train",
                scheduler="slurm",
                image=Image(
                    name="dgx-node",
                    url="https://10.63.0.10:8180/images/dgx-node.iso",
                    sha256="",
                ),
            )
        },
        credentials={
            kind: Credentials(user="admin", password_ref=f"file:bmc-{kind}") for kind in IDENTITIES
        },
        trust={kind: Trust(ca_ref="file:bmc-ca.pem", fingerprints=()) for kind in IDENTITIES},
        bmc_kinds={f"gb300-nvl72/{kind}": bmc_kind(kind) for kind in IDENTITIES},
        ironic=Ironic(
            url="https://10.63.0.10:6385",
            credentials=Credentials(user="rackwright", password_ref="file:ironic-password"),
            ca_ref="file:ironic-ca.pem",
        ),
        access=Access(
            host_ca=HOST_CA,
            host_ca_key_ref="file:ssh-host-ca",
            authorized_keys=(
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPOchN+3olIrLQtSYcCGofRiSAr0eluvtIzdDAUkVeQs",
            ),
            user="root",
        ),
        nameservers=("10.63.0.10",),
    )
