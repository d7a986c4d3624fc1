"""Where a site's alerts go."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["critical", "warning"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning")
SECRETS = "/etc/prometheus/receivers"
"""Where the monitoring nodes have what receivers need and nobody may read."""


class Receiver(Struct, frozen=True, kw_only=True):
    """Somebody who is told of alerts."""

    name: str
    kind: Literal["pagerduty", "webhook"]
    secret_ref: str
    """The routing key of PagerDuty, or the address of a webhook, which lets one in."""
    severities: tuple[Severity, ...]

    @property
    def pagerduty(self) -> bool:
        """Whether it is PagerDuty's Events API; a webhook otherwise."""
        return self.kind == "pagerduty"

    @property
    def path(self) -> str:
        """Where the monitoring nodes have its secret."""
        return f"{SECRETS}/{self.name}"
