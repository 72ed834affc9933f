"""What setsockopt(-1) does: for each kind:level:option, whether it is refused, or what then reads back."""

import json
import socket
import sys

KINDS = {
    "tcp": (socket.AF_INET, socket.SOCK_STREAM),
    "udp": (socket.AF_INET, socket.SOCK_DGRAM),
    "tcp6": (socket.AF_INET6, socket.SOCK_STREAM),
    "udp6": (socket.AF_INET6, socket.SOCK_DGRAM),
}


def outcome(kind, level, option):
    with socket.socket(*KINDS[kind]) as made:
        try:
            made.setsockopt(level, option, -1)
            return {"value": made.getsockopt(level, option)}
        except OSError:
            return {"refused": True}


result = {}
for row in sys.argv[1:]:
    kind, level, option = row.split(":")
    result[row] = outcome(kind, int(level), int(option))
print(json.dumps(result))
