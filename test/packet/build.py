# The packets of peers.test.ts, built by Scapy: prints {name: hex}.
import json
import logging

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption  # noqa: E402
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6  # noqa: E402
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether  # noqa: E402

ether = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
v4 = IP(src="10.8.0.1", dst="10.8.0.2")
v6 = IPv6(src="fd08::1", dst="fd08::2")
ports = {"sport": 40000, "dport": 40001}
pattern = bytes(range(56))
packets = {
    "arpRequest": Ether(src="02:00:00:00:00:01", dst="ff:ff:ff:ff:ff:ff")
    / ARP(op=1, hwsrc="02:00:00:00:00:01", psrc="10.8.0.1", hwdst="00:00:00:00:00:00", pdst="10.8.0.2"),
    "echo": ether / v4.copy() / ICMP(type=8, id=77, seq=1) / pattern,
    "echoReply": ether / v4 / ICMP(type=0, id=77, seq=1) / pattern,
    "udp": ether / v4 / UDP(**ports) / b"hello",
    "udpEmpty": ether / v4 / UDP(**ports),
    "udpOptions": ether / IP(src="10.8.0.1", dst="10.8.0.2", tos=0xB8, ttl=3, options=IPOption(b"\x01\x94\x04\x00\x00")) / UDP(**ports) / b"hello",
    "syn": ether
    / v4
    / TCP(
        **ports,
        seq=4000000000,
        flags="S",
        window=64240,
        options=[("MSS", 1460), ("SAckOK", b""), ("Timestamp", (123456789, 0)), ("NOP", None), ("WScale", 7)],
    ),
    "data": ether
    / v4
    / TCP(**ports, seq=4294967295, ack=17, flags="PA", window=502, options=[("NOP", None), ("NOP", None), ("Timestamp", (1, 2))])
    / b"hello",
    "reset": ether / v4 / TCP(**ports, seq=9, flags="R", window=0),
    "echo6": ether / v6 / ICMPv6EchoRequest(id=5, seq=2, data=pattern),
    "echoReply6": ether / v6 / ICMPv6EchoReply(id=5, seq=2, data=pattern),
    "udp6": ether / v6 / UDP(**ports) / b"hello",
    "tcp6": ether / v6 / TCP(**ports, seq=1, flags="S", window=65535),
    "vlan": ether / Dot1Q(vlan=5, prio=3) / v4 / UDP(**ports) / b"hello",
    "qinq": ether / Dot1AD(vlan=100) / Dot1Q(vlan=200) / v4 / UDP(**ports) / b"hello",
    "tunnel": ether / v4 / IP(src="10.8.0.1", dst="10.8.0.2", id=7) / UDP(**ports) / b"hello",
}
packets["echo"][IP].flags = "DF"
print(json.dumps({name: bytes(packet).hex() for name, packet in packets.items()}))
