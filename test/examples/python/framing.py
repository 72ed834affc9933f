# Messages over a byte stream: each is preceded by its length (u32, network order).
import struct


def frame(message):
    return struct.pack('!I', len(message)) + message


def frames(sock):
    data = b''
    while True:
        chunk = sock.recv(65536)
        if not chunk:
            break
        data += chunk
        while len(data) >= 4:
            length, = struct.unpack_from('!I', data)
            if len(data) < 4 + length:
                break
            yield data[4:4 + length]
            data = data[4 + length:]
    if data:
        raise EOFError('the stream ended inside a message')
