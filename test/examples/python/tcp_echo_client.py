# Sends one message over TCP and prints its echo.   [port] [host] [message]
import socket
import sys


def main(port='50007', host='localhost', message='Hello, world'):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.connect((host, int(port)))
        s.sendall(message.encode())
        s.shutdown(socket.SHUT_WR)
        chunks = []
        while True:
            data = s.recv(1024)
            if not data:
                break
            chunks.append(data)
        print('Received', b''.join(chunks).decode())


main(*sys.argv[1:])
