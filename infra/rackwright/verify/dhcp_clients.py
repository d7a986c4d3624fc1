"""A DHCPv4 relay with clients behind it, as a program of its own that runs in a room.

It reads a JSON object from standard input and writes the server's answers as JSON, in the order of
the clients; a client that is not answered has null.

    {"server": "10.63.0.10",
     "clients": [{"relay": "10.64.0.1", "mac": "02:…", "options": {"60": "…"}}]}

Options are hexadecimal, by code. An answer has `address`, `server`, `file` and `options`. Each
client asks for an offer and then takes it (RFC 2131); the packets are made here, because a client
that shares a kernel with the server never sends one through a relay.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from typing import Any

PORT = 67
COOKIE = bytes((99, 130, 83, 99))
DISCOVER, OFFER, REQUEST, ACKNOWLEDGE = 1, 2, 3, 5
WANTED = bytes((1, 3, 6, 12, 15, 42, 43, 51, 54, 60, 66, 67, 210, 239))
SECONDS = 3
MOST_SILENT = 3
"""After so many clients without an answer nobody else asks."""


def main() -> None:
    """Ask for every client, and print what was answered."""
    asked = json.load(sys.stdin)
    answers: list[dict[str, Any] | None] = []
    silent = 0
    for number, client in enumerate(asked["clients"]):
        answer = exchange(asked["server"], client, number) if silent < MOST_SILENT else None
        silent += answer is None
        answers.append(answer)
    json.dump(answers, sys.stdout)


def exchange(server: str, client: dict[str, Any], number: int) -> dict[str, Any] | None:
    """Return what one client is given; None where nobody answers or the answer is a refusal."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
        relay.bind((client["relay"], PORT))
        relay.settimeout(SECONDS)
        offer = ask(relay, server, client, (number, DISCOVER), {})
        if offer is None or offer["kind"] != OFFER:
            return None
        taken = {50: socket.inet_aton(offer["address"]), 54: bytes.fromhex(offer["options"]["54"])}
        answer = ask(relay, server, client, (number, REQUEST), taken)
        return answer if answer and answer["kind"] == ACKNOWLEDGE else None


def ask(
    relay: socket.socket,
    server: str,
    client: dict[str, Any],
    message: tuple[int, int],
    more: dict[int, bytes],
) -> dict[str, Any] | None:
    """Return the answer to one message, which is a number and a kind."""
    relay.sendto(packed(client, message, more), (server, PORT))
    try:
        while True:
            answer = parsed(relay.recv(65535))
            if answer["number"] == message[0]:
                return answer
    except TimeoutError:
        return None


def packed(client: dict[str, Any], message: tuple[int, int], more: dict[int, bytes]) -> bytes:
    """Return a message of a client, as its relay passes it on."""
    number, kind = message
    mac = bytes.fromhex(client["mac"].replace(":", ""))
    fixed = struct.pack(
        "!BBBBIHH4s4s4s4s16s64s128s",
        *(1, 1, 6, 1, number, 0, 0),
        *(bytes(4), bytes(4), bytes(4), socket.inet_aton(client["relay"])),
        *(mac, b"", b""),
    )
    own = {int(code): bytes.fromhex(value) for code, value in client["options"].items()}
    options = {53: bytes((kind,)), 55: WANTED, **own, **more}
    words = b"".join(bytes((code, len(value))) + value for code, value in options.items())
    return fixed + COOKIE + words + b"\xff"


def parsed(data: bytes) -> dict[str, Any]:
    """Return what a message says."""
    fixed = struct.unpack("!BBBBIHH4s4s4s4s16s64s128s", data[:236])
    options: dict[int, bytes] = {}
    place = 240
    while place < len(data) and data[place] != 255:
        if data[place] == 0:
            place += 1
            continue
        code, length = data[place], data[place + 1]
        options[code] = options.get(code, b"") + data[place + 2 : place + 2 + length]
        place += 2 + length
    return {
        "number": fixed[4],
        "kind": options[53][0],
        "address": socket.inet_ntoa(fixed[8]),
        "server": socket.inet_ntoa(fixed[9]),
        "file": fixed[13].rstrip(b"\0").decode(errors="replace"),
        "options": {str(code): value.hex() for code, value in options.items()},
    }


if __name__ == "__main__":
    main()
