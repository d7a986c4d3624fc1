"""A DHCPv4 relay agent (RFC 1542) for one wire, as a program of its own that runs in a room.

    python3 dhcp_relay.py INTERFACE GATEWAY SERVER

What a machine on INTERFACE broadcasts goes to SERVER in the name of GATEWAY, the relay's address
there; what comes back is broadcast on INTERFACE.
"""

from __future__ import annotations

import socket
import struct
import sys

SERVER_PORT, CLIENT_PORT = 67, 68
REQUEST = 1
PACKET_INFORMATION = 8
"""IP_PKTINFO, which Python has no name for before 3.14."""
HOPS, RELAY = 3, slice(24, 28)


def main() -> None:
    """Pass messages on, both ways, until somebody ends this."""
    interface, gateway, server = sys.argv[1:]
    # out of that interface, from the relay's own port and address: clients look at both
    way = struct.pack("=i4s4s", socket.if_nametoindex(interface), socket.inet_aton(gateway), b"")
    clients = [(socket.IPPROTO_IP, PACKET_INFORMATION, way)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        wire.bind(("", SERVER_PORT))
        while True:
            message = bytearray(wire.recv(65535))
            if message[0] == REQUEST:
                message[HOPS] += 1
                message[RELAY] = socket.inet_aton(gateway)
                wire.sendto(message, (server, SERVER_PORT))
            else:
                wire.sendmsg([message], clients, 0, ("255.255.255.255", CLIENT_PORT))


if __name__ == "__main__":
    main()
