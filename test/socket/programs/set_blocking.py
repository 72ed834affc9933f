"""Makes the sockets that it inherited as descriptors 3 and 4 blocking, then waits for its end."""

import socket
import sys

for fd in (3, 4):
    socket.socket(fileno=fd).setblocking(True)
print("blocking", flush=True)
sys.stdin.read()
