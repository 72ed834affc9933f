"""How many bytes a blocking recv(2) returns after shutdown(2), by kind of datagram socket."""

import json
import os
import socket
import tempfile
import threading
import time

from socket import AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_RAW, SHUT_RD


def bound(family, address, kind=SOCK_DGRAM, protocol=0):
    made = socket.socket(family, kind, protocol)
    made.bind(address)
    return made


def connected(family, address):
    made = bound(family, address)
    made.connect(made.getsockname())
    return made


def kinds(folder):
    yield "connected UDP over IPv4", connected(AF_INET, ("127.0.0.1", 0))
    yield "connected UDP over IPv6", connected(AF_INET6, ("::1", 0))
    yield "connected unix datagrams", socket.socketpair(AF_UNIX, SOCK_DGRAM)[0]
    yield "unconnected UDP over IPv4", bound(AF_INET, ("127.0.0.1", 0))
    yield "unconnected UDP over IPv6", bound(AF_INET6, ("::1", 0))
    yield "unconnected unix datagrams", bound(AF_UNIX, os.path.join(folder, "one"))
    if os.getuid() == 0:
        yield "raw ICMP", bound(AF_INET, ("127.0.0.9", 0), SOCK_RAW, socket.IPPROTO_ICMP)
        yield "raw UDP over IPv6", bound(AF_INET6, ("::1", 0), SOCK_RAW, socket.IPPROTO_UDP)


def shut(sock):
    try:
        sock.shutdown(SHUT_RD)
    except OSError:  # ENOTCONN, and it takes effect
        pass


def lengths(sock):
    """Of a call that waits when shutdown() comes, and of one after it."""
    got = []
    waiting = threading.Thread(target=lambda: got.append(len(sock.recv(10))), daemon=True)
    waiting.start()
    time.sleep(0.05)  # it must be in the kernel by then; where it is not, recv returns 0 as well
    shut(sock)
    waiting.join(2)
    return got + [len(sock.recv(10))]


with tempfile.TemporaryDirectory() as folder:
    print(json.dumps({name: lengths(sock) for name, sock in kinds(folder)}))
