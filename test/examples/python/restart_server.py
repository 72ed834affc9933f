# Serves one connection and closes first, which leaves its port in TIME_WAIT. [port] [reuse: 1 or 0]
import errno
import socket
import sys


def main(port='50011', reuse='1'):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
        try:
            s.bind(('127.0.0.1', int(port)))
        except OSError as error:
            print(errno.errorcode[error.errno])
            sys.exit(1)
        s.listen(1)
        print('Listening on port', s.getsockname()[1], flush=True)
        conn, _ = s.accept()
        with conn:
            conn.sendall(b'Goodbye\n')


main(*sys.argv[1:])
