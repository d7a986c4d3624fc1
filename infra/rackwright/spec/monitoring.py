"""Monitoring: where alerts go. What is watched, and when somebody is called, follows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.spec.words import Name, SecretReference, Spec


class Receiver(Spec):
    """Somebody who is told of alerts."""

    name: Name = Field(description="The receiver's name.")
    kind: Literal["pagerduty", "webhook"] = Field(
        description="`pagerduty` is its Events API v2; a webhook takes Alertmanager's JSON."
    )
    secret: SecretReference = Field(
        description="The routing key, or the webhook's address, as a `file:` reference."
    )
    severities: Annotated[
        tuple[Literal["critical", "warning"], ...], Field(min_length=1, max_length=2)
    ] = Field(
        default=("critical", "warning"), description="What it is told of; by default everything."
    )


class Monitoring(Spec):
    """Where alerts go."""

    receivers: tuple[Receiver, ...] = Field(
        default=(), max_length=20, description="Who is told of alerts; by default nobody."
    )
