# Echo over AF_UNIX.   stream|dgram|seqpacket path     ('@name' is an abstract name)
import os
import socket
import sys

TYPES = {'stream': socket.SOCK_STREAM, 'dgram': socket.SOCK_DGRAM, 'seqpacket': socket.SOCK_SEQPACKET}


def main(kind, path):
    with socket.socket(socket.AF_UNIX, TYPES[kind]) as s:
        s.bind('\0' + path[1:] if path.startswith('@') else path)
        print('Listening on', path, flush=True)
        try:
            if kind == 'dgram':
                while True:
                    data, address = s.recvfrom(65536)
                    s.sendto(data, address)
            s.listen(1)
            conn, _ = s.accept()
            with conn:
                while True:
                    data = conn.recv(65536)
                    if not data:
                        break
                    conn.sendall(data)
        finally:
            if not path.startswith('@'):
                os.unlink(path)


main(*sys.argv[1:])
