# Receives one file over TCP into a directory; the wire format stands in
# examples/file_upload_server.js. [directory] [port] [host]
import hashlib
import os
import socket
import struct
import sys


def recv_exactly(conn, size):
    data = bytearray(size)
    got = 0
    while got < size:
        n = conn.recv_into(memoryview(data)[got:])
        if n == 0:
            raise EOFError('the peer closed after %d of %d bytes' % (got, size))
        got += n
    return bytes(data)


def main(directory='.', port='50009', host=''):
    with socket.create_server((host, int(port))) as s:
        print('Listening on port', s.getsockname()[1], flush=True)
        conn, _ = s.accept()
        with conn:
            length, left = struct.unpack('!HQ', recv_exactly(conn, 10))
            name = os.path.basename(recv_exactly(conn, length).decode())
            digest = hashlib.sha256()
            with open(os.path.join(directory, name), 'wb') as file:
                while left > 0:
                    chunk = conn.recv(min(left, 65536))
                    if not chunk:
                        raise EOFError('the peer closed with %d bytes to go' % left)
                    digest.update(chunk)
                    file.write(chunk)
                    left -= len(chunk)
            conn.sendall(digest.hexdigest().encode())
            print('Stored', name)


main(*sys.argv[1:])
