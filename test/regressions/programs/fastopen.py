"""What a blocking sendto(MSG_FASTOPEN) returns: how many bytes went, or its errno."""

import errno
import json
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
with socket.socket(family, socket.SOCK_STREAM) as client:
    try:
        print(json.dumps({"sent": client.sendto(b"hello", socket.MSG_FASTOPEN, (host, port))}))
    except OSError as error:
        print(json.dumps({"error": errno.errorcode[error.errno]}))
