// A decoded frame as one line, in the words of tcpdump -nS: network, addresses and ports, protocol,
// flags, length.
import { text6 } from '../structs/ip6';
import type {
  ArpLayer,
  Frame,
  IcmpLayer,
  Ipv4Layer,
  Ipv6ExtensionLayer,
  Ipv6Layer,
  Layer,
  TcpLayer,
} from './layers';
import * as n from './numbers';
import type { TcpOption } from './options';

/** FIN first, as tcpdump spells a segment's flags: `[S.]` is SYN and ACK. */
const FLAGS = 'FSRP.UEW';

function flagText(flags: number): string {
  let text = '';
  for (let bit = 0; bit < FLAGS.length; bit++) if (flags & (1 << bit)) text += FLAGS[bit];
  return text || 'none';
}

function optionText(option: TcpOption): string {
  switch (option.kind) {
    case 'mss':
    case 'wscale':
      return `${option.kind} ${option.value}`;
    case 'timestamp':
      return `TS val ${option.value[0]} ecr ${option.value[1]}`;
    case 'sack':
      return `sack ${option.value.length} ${option.value.map(([left, right]) => `{${left}:${right}}`).join('')}`;
    default:
      return typeof option.kind === 'number' ? `unknown-${option.kind}` : option.kind;
  }
}

function tcpText(tcp: TcpLayer): string {
  const { seq, flags, length } = tcp;
  let text = `TCP [${flagText(flags)}]`;
  if (length > 0) text += `, seq ${seq}:${(seq + length) >>> 0}`;
  else if (flags & (n.TH_SYN | n.TH_FIN | n.TH_RST)) text += `, seq ${seq}`;
  if (flags & n.TH_ACK) text += `, ack ${tcp.ack}`;
  text += `, win ${tcp.window}`;
  if (flags & n.TH_URG) text += `, urg ${tcp.urgent}`;
  if (tcp.options.length > 0) text += `, options [${tcp.options.map(optionText).join(',')}]`;
  return `${text}, length ${length}`;
}

function arpText(arp: ArpLayer): string {
  if (arp.op === n.ARPOP_REQUEST) return `ARP, Request who-has ${arp.tpa} tell ${arp.spa}`;
  if (arp.op === n.ARPOP_REPLY) return `ARP, Reply ${arp.spa} is-at ${arp.sha}`;
  return `ARP, operation ${arp.op} ${arp.spa} > ${arp.tpa}`;
}

/**
 * Whom an error is about: the quoted packet's destination, and its port where the transport was
 * quoted too.
 */
function quotedText(quoted: readonly Layer[] | undefined): { dst: string; port: string } {
  const network = quoted?.find(
    (layer): layer is Ipv4Layer | Ipv6Layer => layer.layer === 'ipv4' || layer.layer === 'ipv6',
  );
  const transport = quoted?.find((layer) => layer.layer === 'udp' || layer.layer === 'tcp');
  return {
    dst: network?.dst ?? '?',
    port: transport && 'dport' in transport ? `${transport.layer} port ${transport.dport}` : 'port',
  };
}

function unreachText(icmp: IcmpLayer): string {
  const { dst, port } = quotedText(icmp.quoted);
  const code = icmp.code;
  if (code === 3) return `${dst} ${port} unreachable`;
  if (code === 2) return `${dst} protocol unreachable`;
  if (code === 4) return `${dst} unreachable - need to frag (mtu ${icmp.rest & 0xffff})`;
  if (code < 2) return `${n.UNREACH_NAMES[code]} ${dst} unreachable`;
  return `${dst} unreachable - ${n.UNREACH_NAMES[code] ?? `code ${code}`}`;
}

function icmpText(icmp: IcmpLayer): string {
  const echo =
    icmp.type === n.ICMP_ECHO || icmp.type === n.ICMP_ECHOREPLY
      ? `, id ${icmp.id}, seq ${icmp.seq}`
      : '';
  let what = n.ICMP_NAMES[icmp.type] ?? `type-#${icmp.type}`;
  if (icmp.type === n.ICMP_UNREACH) what = unreachText(icmp);
  if (icmp.type === n.ICMP_TIMXCEED)
    what +=
      icmp.code === 0 ? ' in-transit' : icmp.code === 1 ? ' reassembly' : ` code ${icmp.code}`;
  return `ICMP ${what}${echo}, length ${icmp.length}`;
}

function icmpv6Text(icmp: IcmpLayer, bytes: Uint8Array): string {
  const { type, code } = icmp;
  let what = n.ICMPV6_NAMES[type] ?? `type-#${type}`;
  if (type === n.ICMP6_ECHO_REQUEST || type === n.ICMP6_ECHO_REPLY)
    what += `, id ${icmp.id}, seq ${icmp.seq}`;
  else if (type === n.ICMP6_PACKET_TOO_BIG) what += `, mtu ${icmp.rest}`;
  else if (type === n.ICMP6_DST_UNREACH) {
    const { dst, port } = quotedText(icmp.quoted);
    what +=
      code === 4
        ? `, unreachable port, ${dst} ${port}`
        : `, unreachable ${n.UNREACH6_NAMES[code] ?? `code ${code}`} ${dst}`;
  } else if ((type === 135 || type === 136) && icmp.offset + 24 <= bytes.length) {
    what += `, ${type === 135 ? 'who has' : 'tgt is'} ${text6(bytes, icmp.offset + 8)}`;
  }
  return `ICMP6, ${what}, length ${icmp.length}`;
}

function fragmentText(layer: Ipv4Layer | Ipv6ExtensionLayer): string {
  const parts =
    layer.layer === 'ipv4'
      ? { offset: layer.fragmentOffset, more: layer.mf, id: layer.id }
      : layer.fragment;
  return parts && (parts.more || parts.offset > 0)
    ? `frag (id ${parts.id}, offset ${parts.offset}${parts.more ? '+' : ''}) `
    : '';
}

/** The layer behind a network layer that has its ports, if it comes before another network. */
function portsBehind(layers: readonly Layer[], from: number): { sport: string; dport: string } {
  for (let i = from + 1; i < layers.length; i++) {
    const layer = layers[i];
    if ('sport' in layer) return { sport: `.${layer.sport}`, dport: `.${layer.dport}` };
    if (layer.layer !== 'ipv6ext') break;
  }
  return { sport: '', dport: '' };
}

/** What carries a bare payload, told by the header before it. */
function payloadText(before: Layer | undefined, length: number, frame: Frame): string {
  switch (before?.layer) {
    case 'tcp':
    case 'icmp':
    case 'icmpv6':
      return '';
    case 'udp':
    case 'sctp':
    case 'dccp':
    case 'udplite':
    case 'esp':
    case 'igmp':
      return '';
    case 'ipv4':
      return `${protocolText(before.protocol)}, length ${length}`;
    case 'ipv6':
    case 'ipv6ext':
      return `${protocolText(before.nextHeader)}, length ${length}`;
    case 'llc':
      return `802.3, dsap 0x${before.dsap.toString(16)}, ssap 0x${before.ssap.toString(16)}, length ${length}`;
    case 'snap':
    case 'ethernet':
    case 'vlan':
    case 'cooked':
      if (before.type < 0x600) return `802.3, length ${before.type}`;
      return `ethertype ${n.ETHERTYPE_NAMES[before.type] ?? 'Unknown'} (0x${before.type.toString(16).padStart(4, '0')}), length ${length}`;
    default:
      return `link type ${frame.linktype}, length ${length}`;
  }
}

const protocolText = (protocol: number): string =>
  n.PROTOCOL_NAMES[protocol] ?? `ip-proto-${protocol}`;

/**
 * A frame as one line: `IP 127.0.0.1.5000 > 127.0.0.1.6000: UDP, length 5`. Sequence numbers are
 * absolute, names are not looked up.
 */
export function format(frame: Frame): string {
  const { layers, bytes } = frame;
  let line = '';
  layers.forEach((layer, i) => {
    const next = layers[i + 1];
    switch (layer.layer) {
      case 'ethernet':
        // Where no network follows, the hardware addresses are all there is.
        if (next === undefined || next.layer === 'payload') line += `${layer.src} > ${layer.dst}, `;
        break;
      case 'vlan':
        line += `vlan ${layer.id}, p ${layer.priority}, `;
        break;
      case 'arp':
        line += `${arpText(layer)}, length ${frame.length - layer.offset}`;
        break;
      case 'ipv4':
      case 'ipv6': {
        const { sport, dport } = portsBehind(layers, i);
        line += `${layer.layer === 'ipv4' ? 'IP' : 'IP6'} ${layer.src}${sport} > ${layer.dst}${dport}: `;
        if (layer.layer === 'ipv4') line += fragmentText(layer);
        if (next === undefined)
          line += `${protocolText(layer.layer === 'ipv4' ? layer.protocol : layer.nextHeader)}, length 0`;
        break;
      }
      case 'ipv6ext':
        line +=
          layer.protocol === n.PROTOCOL.FRAGMENT
            ? fragmentText(layer)
            : `${protocolText(layer.protocol)} `;
        if (next === undefined) line += `${protocolText(layer.nextHeader)}, length 0`;
        break;
      case 'icmp':
        line += icmpText(layer);
        break;
      case 'icmpv6':
        line += icmpv6Text(layer, bytes);
        break;
      case 'udp':
        line += `UDP, length ${layer.length - (layer.length === 0 ? 0 : layer.size)}`;
        break;
      case 'tcp':
        line += tcpText(layer);
        break;
      case 'payload':
        line += payloadText(layers[i - 1], layer.length, frame);
        break;
      case 'sctp':
        line += `SCTP, chunks [${layer.chunks.join(',')}]`;
        break;
      case 'esp':
        line += `ESP(spi=0x${layer.spi.toString(16).padStart(8, '0')},seq=0x${layer.seq.toString(16)})`;
        break;
      case 'igmp':
        line += `IGMP type 0x${layer.type.toString(16)}, group ${layer.group}`;
        break;
      case 'dccp':
      case 'udplite':
        line += `${layer.layer === 'dccp' ? 'DCCP' : 'UDP-Lite'} `;
        break;
      case 'mpls':
        line += `MPLS (label ${layer.label}, tc ${layer.trafficClass}, ttl ${layer.ttl}) `;
        break;
      case 'gre':
        line += `GREv${layer.version}${layer.key === undefined ? '' : `, key=0x${layer.key.toString(16)}`}: `;
        break;
      case 'erspan':
        line += `ERSPAN, session ${layer.session}: `;
        break;
      case 'vxlan':
        line += `, VXLAN, vni ${layer.vni}: `;
        break;
      case 'geneve':
        line += `, Geneve, vni 0x${layer.vni.toString(16)}: `;
        break;
      case 'pppoe':
        line += `PPPoE [ses 0x${layer.session.toString(16)}] `;
        break;
      case 'malformed':
        line += `[${layer.what}], ${layer.size} bytes left`;
        break;
    }
  });
  if (layers.length === 0) line = 'empty frame';
  if (line === '') line = `link type ${frame.linktype}, length ${frame.length}`;
  return frame.length > bytes.length
    ? `${line} [captured ${bytes.length} of ${frame.length} bytes]`
    : line;
}
