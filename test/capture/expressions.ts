// Filter expressions of every kind that pcap-filter(7) has, VLAN and direction among them.

export const EXPRESSIONS: readonly string[] = [
  'ip', 'ip6', 'arp', 'tcp', 'udp', 'icmp', 'icmp6', 'vlan', 'vlan 5', 'vlan and ip',
  'not vlan', 'vlan 5 and udp', 'udp port 40001 or vlan 100', 'inbound', 'outbound', 'inbound and udp', 'udp and not outbound', 'host 10.8.0.1', 'src host 10.8.0.1', 'dst host 10.8.0.2',
  'net 10.8.0.0/24', 'not net 10.8.0.0/24', 'port 40001', 'src port 30001', 'portrange 40000-40002', 'tcp port 80', 'udp port 40001', 'udp dst port 40002', 'tcp[tcpflags] & tcp-syn != 0', 'tcp[13] == 2',
  'ip[8] < 65', 'greater 90', 'less 90', 'len > 60', 'ether host 02:00:00:00:00:01', 'ether dst ff:ff:ff:ff:ff:ff', 'ether broadcast', 'ether multicast', 'ip multicast', 'ether proto 0x88b5',
  'ip proto 1', 'ip6 proto 58', 'icmp[icmptype] == icmp-echo', 'ip and not udp', '(udp or tcp) and not port 80', 'udp[8:4] = 3', 'ip[2:2] > 100', 'ip[6:2] & 0x1fff == 0', 'arp[6:2] == 1', 'host 10.8.0.2 and (icmp or udp)',
  'ether[12:2] = 0x800', 'not ip and not arp',
];
