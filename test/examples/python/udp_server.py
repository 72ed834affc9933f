# Answers every datagram with the same bytes, until it is stopped.   [port] [host]
import socket
import sys


def main(port='50008', host=''):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, int(port)))
        print('Listening on port', s.getsockname()[1], flush=True)
        while True:
            data, addr = s.recvfrom(65535)
            print(len(data), 'bytes from', addr[0], flush=True)
            s.sendto(data, addr)


main(*sys.argv[1:])
