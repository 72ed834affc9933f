# Echoes one TCP connection until its peer has finished: the other side of
# examples/tcp_echo_client.js. [port] [host]
import socket
import sys


def main(port='50007', host=''):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, int(port)))
        s.listen(1)
        print('Listening on port', s.getsockname()[1], flush=True)
        conn, addr = s.accept()
        with conn:
            print('Connected by', addr[0])
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                data = conn.recv(1024)
                if not data:
                    break
                conn.sendall(data)


main(*sys.argv[1:])
