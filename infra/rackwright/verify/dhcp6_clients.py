"""A DHCPv6 relay with clients behind it, as a program of its own that runs in a room.

It reads a JSON object from standard input and writes the server's answers as JSON, in the order of
the clients; a client that is not answered has null.

    {"server": "fd00:63::10", "clients": [{"link": "fd00:64::1", "mac": "02:…"}]}

An answer has `address` and `options`, hexadecimal by code. Each client solicits an address and then
requests the one that is advertised (RFC 8415); the relay tells the client's MAC (RFC 6939), and the
client's own identifier says nothing of it.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from typing import Any

SERVER_PORT = 547
SOLICIT, ADVERTISE, REQUEST, REPLY, RELAY_FORWARD = 1, 2, 3, 7, 12
CLIENT, SERVER, ADDRESSES, ADDRESS, WANTED, RELAYED, MAC = 1, 2, 3, 5, 6, 9, 79
DNS, SEARCH, FULL_NAME = 23, 24, 39
SECONDS = 3
MOST_SILENT = 3
"""After so many clients without an answer nobody else asks."""

Options = dict[int, bytes]


def main() -> None:
    """Ask for every client, and print what was answered."""
    asked = json.load(sys.stdin)
    answers: list[dict[str, Any] | None] = []
    silent = 0
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as relay:
        relay.bind(("::", SERVER_PORT))
        relay.settimeout(SECONDS)
        for number, client in enumerate(asked["clients"]):
            answer = None
            if silent < MOST_SILENT:
                answer = exchange(relay, asked["server"], client, number)
            silent += answer is None
            answers.append(answer)
    json.dump(answers, sys.stdout)


def exchange(
    relay: socket.socket, server: str, client: dict[str, Any], number: int
) -> dict[str, Any] | None:
    """Return what one client is given; None where nobody answers."""
    own: Options = {
        CLIENT: struct.pack("!HHI", 2, 0, number),
        WANTED: struct.pack("!HH", DNS, SEARCH),
        FULL_NAME: b"\1\4name",
    }
    asked = {**own, ADDRESSES: struct.pack("!III", 1, 0, 0)}
    kind, offer = ask(relay, server, client, message(SOLICIT, number, asked))
    if kind != ADVERTISE or SERVER not in offer:
        return None
    taken = {**own, SERVER: offer[SERVER], ADDRESSES: offer.get(ADDRESSES, b"")}
    kind, answer = ask(relay, server, client, message(REQUEST, number, taken))
    address = options(answer.get(ADDRESSES, b"")[12:]).get(ADDRESS, b"")[:16]
    if kind != REPLY or not address:
        return None
    return {
        "address": socket.inet_ntop(socket.AF_INET6, address),
        "options": {str(code): value.hex() for code, value in answer.items()},
    }


def ask(
    relay: socket.socket, server: str, client: dict[str, Any], inside: bytes
) -> tuple[int, Options]:
    """Return kind and options of the answer to a message that the relay passes on."""
    link = socket.inet_pton(socket.AF_INET6, client["link"])
    mac = bytes.fromhex(client["mac"].replace(":", ""))
    around = packed({RELAYED: inside, MAC: b"\0\1" + mac})
    head = bytes((RELAY_FORWARD, 0)) + link + bytes.fromhex("fe80" + "00" * 13 + "01")
    relay.sendto(head + around, (server, SERVER_PORT))
    try:
        answer = options(relay.recv(65535)[34:]).get(RELAYED, b"")
    except TimeoutError:
        return 0, {}
    return (answer[0], options(answer[4:])) if answer else (0, {})


def message(kind: int, number: int, given: Options) -> bytes:
    """Return a client's message."""
    return struct.pack("!I", kind << 24 | number & 0xFFFFFF) + packed(given)


def packed(given: Options) -> bytes:
    """Return options as they travel."""
    return b"".join(struct.pack("!HH", code, len(data)) + data for code, data in given.items())


def options(data: bytes) -> Options:
    """Return options by code; of two with one code the first."""
    found: Options = {}
    while len(data) >= 4:
        code, length = struct.unpack("!HH", data[:4])
        found.setdefault(code, data[4 : 4 + length])
        data = data[4 + length :]
    return found


if __name__ == "__main__":
    main()
