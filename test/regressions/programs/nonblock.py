"""What CPython says of a socket that was made with SOCK_NONBLOCK in its type."""

import json
import socket
import sys

family, kind = (getattr(socket, name) for name in sys.argv[1:3])
with socket.socket(family, kind | socket.SOCK_NONBLOCK) as made:
    print(
        json.dumps(
            {
                "timeout": made.gettimeout(),
                "blocking": made.getblocking(),
                "type": int(made.type),
            }
        )
    )
