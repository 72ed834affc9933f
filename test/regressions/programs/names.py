"""The integer constants of CPython's socket module, and what CMSG_LEN and CMSG_SPACE return."""

import json
import socket

constants = {
    name: int(getattr(socket, name))
    for name in dir(socket)
    if name.isupper() and isinstance(getattr(socket, name), int)
}
lengths = [[n, socket.CMSG_LEN(n), socket.CMSG_SPACE(n)] for n in (0, 1, 4, 7, 8, 9, 100, 1012)]
print(json.dumps({"constants": constants, "lengths": lengths}))
