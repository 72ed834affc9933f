# Sends all its messages in one piece, or cut into pieces of `cut` bytes.   port cut message...
import socket
import sys
import time

from framing import frame, frames


def main(port, cut, *messages):
    with socket.create_connection(('127.0.0.1', int(port))) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b''.join(frame(message.encode()) for message in messages)
        size = int(cut) or len(data)
        for start in range(0, len(data), size):
            s.sendall(data[start:start + size])
            if size < len(data):
                time.sleep(0.001)  # so that the pieces really travel alone
        s.shutdown(socket.SHUT_WR)
        for answer in frames(s):
            print('Received', answer.decode())


main(*sys.argv[1:])
