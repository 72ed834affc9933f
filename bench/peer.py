# Python's side of the benchmark: reads lines of "what count port", runs that loop, prints its
# nanoseconds. Usage: peer.py [cpu]
import os
import socket
import sys
from time import perf_counter_ns

SIZE = 64
message = b'x' * SIZE
large = b'x' * 1400
loopback = ('127.0.0.1', 0)


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(loopback)
    return s


receiver, sender, caller = udp(), udp(), udp()
sender.connect(receiver.getsockname())
buffer = bytearray(2048)
try:
    receiver.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)  # SO_RCVBUFFORCE
except PermissionError:
    pass


def fill(count, data=message):
    for _ in range(count):
        sender.send(data)


def recvfrom(count, port, data=message):
    fill(count, data)
    start = perf_counter_ns()
    for _ in range(count):
        receiver.recvfrom(2048)
    return perf_counter_ns() - start


def recvfrom_1400(count, port):
    return recvfrom(count, port, large)


def recv_into(count, port):
    fill(count)
    start = perf_counter_ns()
    for _ in range(count):
        receiver.recv_into(buffer)
    return perf_counter_ns() - start


def sendto(count, port):
    to = ('127.0.0.1', port)
    start = perf_counter_ns()
    for _ in range(count):
        caller.sendto(message, to)
    return perf_counter_ns() - start


def options(count, port):
    level, name = socket.SOL_SOCKET, socket.SO_RCVBUF
    start = perf_counter_ns()
    for _ in range(count):
        caller.setsockopt(level, name, 65536)
        caller.getsockopt(level, name)
    return perf_counter_ns() - start


def round_trip(count, port):
    with udp() as s:
        s.connect(('127.0.0.1', port))
        start = perf_counter_ns()
        for _ in range(count):
            s.send(message)
            s.recv_into(buffer)
        return perf_counter_ns() - start


if len(sys.argv) > 1:
    os.sched_setaffinity(0, {int(sys.argv[1])})
loops = {'recvfrom': recvfrom, 'recvfrom_1400': recvfrom_1400, 'recv_into': recv_into, 'sendto': sendto, 'options': options, 'round_trip': round_trip}
for line in sys.stdin:
    what, count, port = line.split()
    print(loops[what](int(count), int(port)), flush=True)
