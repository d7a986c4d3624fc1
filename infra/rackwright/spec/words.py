"""The words of the language: names, references, addresses.

A pattern in an error message tells a site engineer nothing. So every kind of text is a pattern
*and* a sentence, and the sentence is what people read.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any

from msgspec import Struct

from rackwright.spec.language import Bounds, Reads, Strict


class OtherCase(ValueError):
    """Text that would be right if it were in lower case."""


class SecretHere(ValueError):
    """What may be a secret itself stands where a reference to it belongs."""


class Form(Struct, frozen=True):
    """Text of a certain form; `sentence` says which, for people."""

    pattern: str
    sentence: str
    secret: bool = False
    """Whether text that does not fit may be a secret, which no message may repeat."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return text that is checked against the pattern and refused with the sentence."""
        from pydantic_core import core_schema

        if self.secret:  # what is no text may be a secret too: a number, a list
            return core_schema.no_info_plain_validator_function(self.check)
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the pattern, anchored, and what editors say where it does not fit."""
        sentence = "env:NAME or file:PATH" if self.secret else self.sentence
        return {
            "type": "string",
            "pattern": f"^(?:{self.pattern})$",
            "patternErrorMessage": f"expected {sentence}",
        }

    def check(self, text: Any) -> Any:  # noqa: ANN401  (whatever stands in the file)
        """Return `text`, or refuse it.

        Raises:
            ValueError: It has another form.
        """
        if isinstance(text, str) and re.fullmatch(self.pattern, text):
            return text
        if self.secret:
            raise SecretHere("write env:NAME or file:PATH; a secret itself never stands here")
        if not isinstance(text, str):
            raise ValueError(f"expected {self.sentence}")  # noqa: TRY004  (pydantic's way)
        # where capital letters may stand, what they mean would be lost
        lower = "A-Z" not in self.pattern and re.fullmatch(self.pattern, text.lower())
        raise (OtherCase if lower else ValueError)(f"expected {self.sentence}")


def _prefix(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected a prefix such as 10.64.0.0/16")  # noqa: TRY004  (pydantic's way)
    try:
        return IPv4Network(value, strict=True)
    except ValueError:
        pass
    try:
        wider = IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError("expected a prefix such as 10.64.0.0/16") from None
    raise ValueError(f"that is an address inside a prefix; the prefix is {wider}")


def _prefix6(value: object) -> object:
    try:
        return IPv6Network(value if isinstance(value, str) else "", strict=True)
    except ValueError:
        raise ValueError("expected an IPv6 prefix such as fd00:64::/48") from None


def _address(value: object) -> object:
    try:
        return IPv4Address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("expected an IPv4 address such as 10.63.0.10") from None


def _address6(value: object) -> object:
    try:
        return IPv6Address(value if isinstance(value, str) and "%" not in value else "")
    except ValueError:
        raise ValueError("expected an IPv6 address such as fd00:63::10") from None


RACK_NAME = "(?=.{1,31}$)[a-z][a-z0-9]*(-[a-z0-9]+)*"

Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Number = Annotated[float, Strict()]
Index = Annotated[Whole, Bounds(ge=1, le=999)]
Prefix = Annotated[IPv4Network, Reads(_prefix)]
Prefix6 = Annotated[IPv6Network, Reads(_prefix6)]
Address = Annotated[IPv4Address, Reads(_address)]
Address6 = Annotated[IPv6Address, Reads(_address6)]

_VISIBLE = (
    "[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]"  # no character ends a line or steers a terminal
)
_PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

Name = Annotated[
    str, Form("[a-z][a-z0-9]{0,14}", "lower-case letters and digits, a letter first, 15 at most")
]
RackName = Annotated[
    str,
    Form(
        RACK_NAME,
        "lower-case letters, digits and single hyphens, a letter first, 31 at most",
    ),
]
SiteName = Annotated[
    str,
    Form(
        "(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
        "lower-case letters, digits and single hyphens, a letter first, 40 at most",
    ),
]
Domain = Annotated[
    str,
    Form(
        "(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+",
        "a DNS domain in lower case, such as site.example, 200 characters at most",
    ),
]
Line = Annotated[str, Form(f"(?=\\S){_VISIBLE}{{1,100}}", "text in one line, 100 at most")]
Reason = Annotated[
    str, Form(f"(?=\\S){_VISIBLE}{{3,200}}", "a reason in one line, 3 to 200 characters")
]
InterfaceName = Annotated[
    str, Form("[a-z][a-z0-9_.-]{0,14}", "a Linux interface name, 15 characters at most")
]
SecretReference = Annotated[
    str,
    Form(
        "env:[A-Za-z_][A-Za-z0-9_]{0,99}|file:[A-Za-z0-9_./-]{1,200}",
        "a reference",
        secret=True,
    ),
]
PublicKey = Annotated[
    str,
    Form(
        "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}"
        f"( {_VISIBLE}*)?",
        "a public key in OpenSSH form, `ssh-ed25519 AAAA…`",
    ),
]
Url = Annotated[
    str,
    Form(
        f"https://[A-Za-z0-9]([A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?(:{_PORT})?(/[!-~]{{0,1000}})?",
        "an https:// address without a user name, such as https://10.63.0.10:6385",
    ),
]
BootUrl = Annotated[
    str,
    Form(
        f"https?://[A-Za-z0-9]([A-Za-z0-9.-]{{0,251}}[A-Za-z0-9])?(:{_PORT})?/[!-~]{{1,1000}}",
        "the http:// or https:// address of a file, such as http://10.63.0.10:8080/vmlinuz",
    ),
]
KernelArgument = Annotated[
    str,
    Form(
        "[A-Za-z0-9_.-]{1,60}(=[A-Za-z0-9_.,:/@+-]{1,120})?",
        "one argument of the kernel's command line, such as numa_balancing=disable",
    ),
]
Digest = Annotated[str, Form("[0-9a-f]{64}", "64 hexadecimal digits, lower case")]
Fingerprint = Annotated[
    str,
    Form(
        "([0-9A-F]{2}:){31}[0-9A-F]{2}",
        "a SHA-256 fingerprint as `openssl x509 -noout -fingerprint -sha256` prints it, AB:CD:…",
    ),
]
UserName = Annotated[str, Form("[A-Za-z_][A-Za-z0-9_.-]{0,31}", "a user name")]
