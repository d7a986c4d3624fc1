"""Monitoring: where alerts go. What is watched, and when somebody is called, follows."""

from typing import Annotated, Literal

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Name, SecretReference


class Receiver(Spec):
    """Somebody who is told of alerts."""

    name: Name = field(description="The receiver's name.")
    kind: Literal["pagerduty", "webhook"] = field(
        description="`pagerduty` is its Events API v2; a webhook takes Alertmanager's JSON."
    )
    secret: SecretReference = field(
        description="The routing key, or the webhook's address, as a `file:` reference."
    )
    severities: Annotated[
        tuple[Literal["critical", "warning"], ...], Bounds(min_length=1, max_length=2)
    ] = field(
        default=("critical", "warning"), description="What it is told of; by default everything."
    )


class Monitoring(Spec):
    """Where alerts go."""

    receivers: tuple[Receiver, ...] = field(
        default=(), max_length=20, description="Who is told of alerts; by default nobody."
    )
