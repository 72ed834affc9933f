# Sends messages over AF_UNIX and prints their echoes.   stream|dgram|seqpacket path message...
import socket
import sys

TYPES = {'stream': socket.SOCK_STREAM, 'dgram': socket.SOCK_DGRAM, 'seqpacket': socket.SOCK_SEQPACKET}


def main(kind, path, *messages):
    with socket.socket(socket.AF_UNIX, TYPES[kind]) as s:
        s.settimeout(5)
        if kind == 'dgram':
            s.bind('')  # autobind
        s.connect('\0' + path[1:] if path.startswith('@') else path)
        for message in messages:
            s.send(message.encode())
            print('Received', s.recv(65536).decode())


main(*sys.argv[1:])
