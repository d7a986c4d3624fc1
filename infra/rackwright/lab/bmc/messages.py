"""Redfish's error bodies.

A client that is refused must learn why in a form it can act on: sushy and Ironic read the message's
id. A refusal is a value, so that transitions stay pure; `app` turns it into an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REGISTRY = "Base.1.18.1"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not done: the HTTP status, the registry's message id, a sentence."""

    status: int
    message_id: str
    sentence: str
    arguments: tuple[str, ...] = ()
    resolution: str = "None."

    def body(self) -> dict[str, Any]:
        """Return the refusal as a Redfish error."""
        message = {
            "@odata.type": "#Message.v1_1_1.Message",
            "MessageId": f"{REGISTRY}.{self.message_id}",
            "Message": self.sentence,
            "MessageArgs": list(self.arguments),
            "MessageSeverity": "Critical",
            "Resolution": self.resolution,
        }
        error = {"code": f"{REGISTRY}.{self.message_id}", "message": self.sentence}
        return {"error": {**error, "@Message.ExtendedInfo": [message]}}


def no_valid_session() -> Refusal:
    """Return the refusal of a request without valid credentials."""
    return Refusal(
        401,
        "NoValidSession",
        "There is no valid session established with the implementation.",
        resolution="Establish a session, or send basic credentials.",
    )


def missing(path: str) -> Refusal:
    """Return the refusal of a path that leads nowhere."""
    return Refusal(404, "ResourceMissingAtURI", f"The resource at the URI {path} was not found.")


def not_allowed(method: str, path: str) -> Refusal:
    """Return the refusal of a method that a resource does not have."""
    return Refusal(405, "OperationNotAllowed", f"{method} is not possible at {path}.")


def malformed() -> Refusal:
    """Return the refusal of a body that is no JSON object."""
    return Refusal(400, "MalformedJSON", "The request body is not a JSON object.")


def lacking(name: str, action: str) -> Refusal:
    """Return the refusal of an action without one of its parameters."""
    return Refusal(
        400,
        "ActionParameterMissing",
        f"The action {action} requires the parameter {name} to be present in the request body.",
        (action, name),
    )


def no_image_address() -> Refusal:
    """Return the refusal of an image's address; it is not repeated, as it may hold a password."""
    return Refusal(
        400,
        "ActionParameterValueFormatError",
        "Image must be an https address without credentials.",
        ("Image", "InsertMedia"),
    )


def unknown_value(value: object, name: str) -> Refusal:
    """Return the refusal of a value that is not among the allowable ones."""
    return Refusal(
        400,
        "PropertyValueNotInList",
        f"The value {value!r} for {name} is not in the list of acceptable values.",
        (str(value), name),
    )


def unknown_property(name: str) -> Refusal:
    """Return the refusal of a property that cannot be written."""
    return Refusal(
        400, "PropertyUnknown", f"{name} is not a property that can be written.", (name,)
    )


def conflict(value: str, state: str) -> Refusal:
    """Return the refusal of a reset that the power state does not permit."""
    return Refusal(
        409,
        "ActionParameterValueConflict",
        f"ResetType {value} is not possible while the system is {state}.",
        ("ResetType", value),
    )


def changed_meanwhile() -> Refusal:
    """Return the refusal of a write to a resource that is not as the client has read it."""
    return Refusal(412, "PreconditionFailed", "The ETag supplied does not match the resource's.")
