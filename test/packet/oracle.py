# Known-good Python for the packet tests: RFC 1071 written the long way, over the packets given as
# JSON [kind, src, dst, hex] lines.
import ipaddress
import json
import struct
import sys


def ones_complement(data):
    if len(data) % 2:
        data += b"\0"
    total = 0
    for (word,) in struct.iter_unpack("!H", data):
        total += word
        total = (total & 0xFFFF) + (total >> 16)  # the carry goes around at once
    return ~total & 0xFFFF


PROTOCOLS = {"tcp": (6, 16), "udp": (17, 6), "icmpv6": (58, 2)}


def answer(kind, src, dst, data):
    if kind == "plain":
        return ones_complement(data)
    protocol, at = PROTOCOLS[kind]
    source, target = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if source.version == 4:
        pseudo = source.packed + target.packed + struct.pack("!BBH", 0, protocol, len(data))
    else:
        pseudo = source.packed + target.packed + struct.pack("!L3xB", len(data), protocol)
    value = ones_complement(pseudo + data[:at] + b"\0\0" + data[at + 2 :])
    return 0xFFFF if kind == "udp" and value == 0 else value


print(json.dumps([answer(kind, src, dst, bytes.fromhex(data)) for kind, src, dst, data in json.load(sys.stdin)]))
