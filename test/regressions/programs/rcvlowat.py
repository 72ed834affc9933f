"""What a non-blocking recv(2) returns of fewer bytes than SO_RCVLOWAT asks for."""

import json
import socket

listener = socket.create_server(("127.0.0.1", 0))
a = socket.create_connection(listener.getsockname())
b, _ = listener.accept()
a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 10)
b.sendall(b"abc")
print(json.dumps({"queued": len(a.recv(10, socket.MSG_DONTWAIT))}))
