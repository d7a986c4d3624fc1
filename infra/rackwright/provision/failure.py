"""How a refusal or a rack that is not healthy reaches Pulumi.

A rack with trays that failed exists: Pulumi must remember it, say what is wrong, and go on with the
next `up`. It has a word for that, an error that carries the resource's outputs and reasons.
Anything else that goes wrong is a sentence for a person; a stack trace helps nobody at a rack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rackwright.problems import RackwrightError
from rackwright.provision.wire import struct

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct

DETAILS = "grpc-status-details-bin"


class NotHealthy(RackwrightError):
    """The rack is there, and something of it is not as it should be."""

    def __init__(
        self, identity: str, inputs: Struct, outputs: Mapping[str, Any], reasons: Sequence[str]
    ) -> None:
        super().__init__("; ".join(reasons))
        self.identity = identity
        self.inputs = inputs
        self.outputs = outputs
        self.reasons = reasons


def sentence(error: RackwrightError) -> str:
    """Return an error's message with what to do about it."""
    return f"{error.message} ({error.hint})" if error.hint else error.message


def details(error: NotHealthy, code: int) -> tuple[tuple[str, bytes], ...]:
    """Return the trailing metadata that makes Pulumi keep the resource with its reasons."""
    from pulumi.runtime.proto import provider_pb2, status_pb2

    failed = provider_pb2.ErrorResourceInitFailed(
        id=error.identity,
        properties=struct(error.outputs),
        inputs=error.inputs,
        reasons=list(error.reasons),
    )
    status = status_pb2.Status(code=code, message=error.message)
    status.details.add().Pack(failed)
    return ((DETAILS, status.SerializeToString()),)
