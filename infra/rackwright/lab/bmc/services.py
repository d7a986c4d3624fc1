"""What every BMC has: the service root, sessions, accounts, firmware versions, tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rackwright.lab.bmc.devices import Device, Kind
from rackwright.lab.bmc.resources import (
    HEALTHY,
    ROOT,
    Resource,
    Resources,
    by_path,
    collected,
    identity,
    link,
    resource,
)

SESSIONS = f"{ROOT}/SessionService/Sessions"
ADMINISTRATOR = f"{ROOT}/AccountService/Roles/Administrator"


def service_root(device: Device, vendor: str, product: str) -> Resource:
    """Return what a client sees before it logs in."""
    places = ["Chassis", "Managers", "SessionService", "AccountService", "UpdateService"]
    systems = [] if device.kind is Kind.POWER_SHELF else ["Systems"]
    return resource(
        ROOT,
        "ServiceRoot.v1_16_0.ServiceRoot",
        "Root Service",
        RedfishVersion="1.17.0",
        UUID=identity(device, "service"),
        Vendor=vendor,
        Product=product,
        Tasks=link(f"{ROOT}/TaskService"),
        Links={"Sessions": link(SESSIONS)},
        **{place: link(f"{ROOT}/{place}") for place in (*places, *systems)},
    ) | {"Id": "RootService"}


def services(device: Device, sessions: Mapping[str, str], firmware: Mapping[str, str]) -> Resources:
    """Return the services: `sessions` are users by session id, `firmware` versions by its id."""
    return (
        _sessions(sessions)
        | _accounts(device.user)
        | _firmware(firmware)
        | by_path(
            resource(
                f"{ROOT}/TaskService",
                "TaskService.v1_2_0.TaskService",
                "Task Service",
                ServiceEnabled=True,
                Tasks=link(f"{ROOT}/TaskService/Tasks"),
                Status=HEALTHY,
            )
        )
        | collected(f"{ROOT}/TaskService/Tasks", "Task")
    )


def session(number: str, user: str) -> Resource:
    """Return one session; its token is never shown again."""
    return resource(
        f"{SESSIONS}/{number}", "Session.v1_5_0.Session", f"Session of {user}", UserName=user
    )


def _sessions(users: Mapping[str, str]) -> Resources:
    service = resource(
        f"{ROOT}/SessionService",
        "SessionService.v1_1_9.SessionService",
        "Session Service",
        ServiceEnabled=True,
        Sessions=link(SESSIONS),
        Status=HEALTHY,
    )
    opened = (session(number, user) for number, user in users.items())
    return by_path(service) | collected(SESSIONS, "Session", *opened)


def _accounts(user: str) -> Resources:
    path = f"{ROOT}/AccountService"
    service = resource(
        path,
        "AccountService.v1_15_0.AccountService",
        "Account Service",
        ServiceEnabled=True,
        Accounts=link(f"{path}/Accounts"),
        Roles=link(f"{path}/Roles"),
        Status=HEALTHY,
    )
    account = resource(
        f"{path}/Accounts/{user}",
        "ManagerAccount.v1_12_0.ManagerAccount",
        f"Account {user}",
        UserName=user,
        RoleId="Administrator",
        Enabled=True,
        Locked=False,
        Links={"Role": link(ADMINISTRATOR)},
    )
    role = resource(
        ADMINISTRATOR,
        "Role.v1_3_2.Role",
        "Administrator",
        RoleId="Administrator",
        IsPredefined=True,
        AssignedPrivileges=["Login", "ConfigureManager", "ConfigureUsers", "ConfigureComponents"],
    )
    return (
        by_path(service)
        | collected(f"{path}/Accounts", "ManagerAccount", account)
        | collected(f"{path}/Roles", "Role", role)
    )


def _firmware(versions: Mapping[str, str]) -> Resources:
    path = f"{ROOT}/UpdateService"
    service = resource(
        path,
        "UpdateService.v1_14_0.UpdateService",
        "Update Service",
        ServiceEnabled=True,
        FirmwareInventory=link(f"{path}/FirmwareInventory"),
        Status=HEALTHY,
    )
    return by_path(service) | collected(
        f"{path}/FirmwareInventory", "SoftwareInventory", *_inventory(path, versions.items())
    )


def _inventory(path: str, versions: Iterable[tuple[str, str]]) -> Iterable[Resource]:
    for name, version in versions:
        yield resource(
            f"{path}/FirmwareInventory/{name}",
            "SoftwareInventory.v1_10_0.SoftwareInventory",
            name,
            Version=version,
            Updateable=False,
            Status=HEALTHY,
        )
