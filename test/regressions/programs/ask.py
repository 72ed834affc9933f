"""Sends a datagram to an address or group, and prints the address that the answer came from."""

import socket
import sys

to = sys.argv[1]
family = socket.AF_INET6 if ":" in to else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as asking:
    asking.settimeout(2)
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"vb")
    if family == socket.AF_INET6:
        asking.bind(("fd08::2", 0))
    scope = (0, socket.if_nametoindex("vb")) if to.startswith("ff02") else ()
    asking.sendto(b"ping", (to, 7007, *scope))
    data, address = asking.recvfrom(100)
    assert data == b"ping", data
    print(address[0])
