# A connected UDP socket: send and recv need no address, and a port that nobody listens on is an
# error. [port] [host] [message]
import socket
import sys


def main(port='50008', host='localhost', message='Hello, world'):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(5)
        s.connect((host, int(port)))
        try:
            s.send(message.encode())
            print('Received', s.recv(65535).decode())
        except ConnectionRefusedError:
            print('Nobody listens on port', port)
            sys.exit(1)


main(*sys.argv[1:])
