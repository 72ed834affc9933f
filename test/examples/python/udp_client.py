# Sends one datagram with sendto and prints the answer.   [port] [host] [message]
import socket
import sys


def main(port='50008', host='localhost', message='Hello, world'):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(5)
        s.sendto(message.encode(), (host, int(port)))
        data, addr = s.recvfrom(65535)
        print('Received', data.decode(), 'from', '%s:%d' % addr)


main(*sys.argv[1:])
