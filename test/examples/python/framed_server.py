# Answers each length-prefixed message with itself in capitals.   [port] [host]
import socket
import sys

from framing import frame, frames


def main(port='50010', host=''):
    with socket.create_server((host, int(port))) as s:
        print('Listening on port', s.getsockname()[1], flush=True)
        conn, _ = s.accept()
        with conn:
            count = 0
            for message in frames(conn):
                count += 1
                conn.sendall(frame(message.decode().upper().encode()))
            print('Messages:', count)


main(*sys.argv[1:])
