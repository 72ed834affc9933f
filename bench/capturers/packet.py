# Python's AF_PACKET socket, frame by frame, writing a pcap file. Arguments: interface, file.
import signal
import socket
import struct
import sys
import time

device, path = sys.argv[1:3]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
s.settimeout(0.05)
s.bind((device, 3))
running = True
packets = 0


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGINT, stop)
buffer = bytearray(65536)
view = memoryview(buffer)
out = open(path, 'wb', 256 << 10)
out.write(struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
print('ready', flush=True)
while running:
    try:
        n, address = s.recvfrom_into(buffer)
    except TimeoutError:
        continue
    if address[2] == 4 and device == 'lo':
        continue
    now = time.time_ns()
    out.write(struct.pack('<IIII', now // 1000000000, now // 1000 % 1000000, n, n))
    out.write(view[:n])
    packets += 1
out.close()
drops = struct.unpack('II', s.getsockopt(263, 6, 8))[1]
print(packets, drops)
