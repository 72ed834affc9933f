# Uploads a file over TCP with sendfile.   file [port] [host]
import os
import socket
import struct
import sys


def main(path, port='50009', host='localhost'):
    with open(path, 'rb') as file, socket.create_connection((host, int(port))) as s:
        name = os.path.basename(path).encode()
        s.sendall(struct.pack('!HQ', len(name), os.fstat(file.fileno()).st_size) + name)
        sent = s.sendfile(file)
        answer = b''
        while True:
            chunk = s.recv(1024)
            if not chunk:
                break
            answer += chunk
        print('Sent', sent, 'bytes, SHA-256', answer.decode())


main(*sys.argv[1:])
