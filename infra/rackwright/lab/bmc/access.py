"""Who may speak to a BMC: basic credentials, or the token of a session.

Comparisons take the same time whether a guess is close or not. Tokens live in memory alone and end
with the process; a BMC keeps a limited number of sessions and forgets the oldest.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from rackwright.lab.bmc.devices import Device

MOST_SESSIONS = 64


@dataclass(frozen=True, slots=True)
class Session:
    """One login."""

    user: str
    token: str = field(repr=False)


def user_of(headers: Mapping[str, str], device: Device, sessions: Mapping[str, Session]) -> str:
    """Return whose request this is; empty when it proves nothing."""
    if token := headers.get("x-auth-token", ""):
        users = [each.user for each in sessions.values() if _same(each.token, token)]
        return users[0] if users else ""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return ""
    return user if matches(device, user, password) else ""


def matches(device: Device, user: object, password: object) -> bool:
    """Return whether these are the device's credentials."""
    if not isinstance(user, str) or not isinstance(password, str):
        return False
    right_user, right_password = _same(device.user, user), _same(device.password, password)
    return right_user and right_password


def opened(sessions: Mapping[str, Session], user: str) -> tuple[str, dict[str, Session]]:
    """Return the id of a new session, and the sessions with it."""
    number = secrets.token_hex(5)
    kept = dict(list(sessions.items())[1 - MOST_SESSIONS :])
    return number, kept | {number: Session(user, secrets.token_urlsafe(24))}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
