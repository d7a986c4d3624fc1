"""Frozen readings and power actions of one baseboard management controller.

Everyone who acts on metal asks BMCs the same few questions: who are you, are you powered, how far
has the host booted, what keeps it from booting; and two commands: power on, power off. A reading is
one HTTPS request through httpx, cheap enough for a whole fleet at once; power goes through sushy,
the same Redfish client that Ironic uses, and counts only when the BMC itself says that it happened.

    connection  how to reach a BMC, and what its refusals mean
    trust       by which certificate it proves itself
    reading     what a BMC says of a system or a chassis
    power       on and off, each with its proof
"""

from rackwright.redfish.connection import Connection, client, reason
from rackwright.redfish.power import power_off, power_on
from rackwright.redfish.reading import OFF, ON, OS_RUNNING, Place, Reading, ask, read
from rackwright.redfish.trust import Trust, trust

__all__ = [
    "OFF",
    "ON",
    "OS_RUNNING",
    "Connection",
    "Place",
    "Reading",
    "Trust",
    "ask",
    "client",
    "power_off",
    "power_on",
    "read",
    "reason",
    "trust",
]
