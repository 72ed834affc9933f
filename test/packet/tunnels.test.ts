// Layers of every link type and tunnel: to the inner frame, field by field beside tshark.
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import * as p from 'bsd-socket/packet';
import { itNeeds, temporaryFolder } from '../tools';
import { ETHERNET_FRAMES, LINK_FRAMES } from './corpus';

const folder = temporaryFolder();
const kinds = (frame: p.Frame): string =>
  frame.layers
    .map(({ layer }) => layer)
    .filter((layer) => layer !== 'payload')
    .join(' ');
const ethernet = (name: string): string =>
  kinds(p.decodeFrame(p.LINKTYPE_ETHERNET, ETHERNET_FRAMES[name])).replace(/^ethernet /, '');

it.each([
  ['ipip', 'ipv4 ipv4 udp'],
  ['sit', 'ipv4 ipv6 udp'],
  ['ip4in6', 'ipv6 ipv4 udp'],
  ['ip6in6', 'ipv6 ipv6 udp'],
  ['gre', 'ipv4 gre ipv4 udp'],
  ['greKey', 'ipv4 gre ipv6 udp'],
  ['greSum', 'ipv4 gre ipv4 udp'],
  ['greBridge', 'ipv4 gre ethernet ipv4 udp'],
  ['greMpls', 'ipv4 gre mpls ipv4 udp'],
  ['pptp', 'ipv4 gre ppp ipv4 udp'],
  ['vxlan', 'ipv4 udp vxlan ethernet ipv4 udp'],
  ['vxlanGpe4', 'ipv4 udp vxlan ipv4 udp'],
  ['vxlanGpeEthernet', 'ipv4 udp vxlan ethernet ipv4 udp'],
  ['geneve', 'ipv4 udp geneve ethernet ipv4 udp'],
  ['geneveOptions', 'ipv4 udp geneve ipv4 udp'],
  ['mpls', 'mpls mpls ipv4 udp'],
  ['mpls6', 'mpls ipv6 udp'],
  ['mplsInUdp', 'ipv4 udp mpls ipv4 udp'],
  ['ah', 'ipv4 ipv6ext udp'],
  ['esp', 'ipv4 esp'],
  ['hopByHop', 'ipv6 ipv6ext udp'],
  ['destination', 'ipv6 ipv6ext udp'],
  ['routing0', 'ipv6 ipv6ext udp'],
  ['segmentRouting', 'ipv6 ipv6ext udp'],
  ['atomic6', 'ipv6 ipv6ext udp'],
  ['laterFragment6', 'ipv6 ipv6ext'],
  ['vlan3', 'vlan vlan vlan ipv4 udp'],
  ['pppoe', 'pppoe ppp ipv4 udp'],
  ['snapIp', 'llc snap ipv4 udp'],
  ['stp', 'llc'],
  ['sctpInit', 'ipv4 sctp'],
  ['igmpReport2', 'ipv4 igmp'],
  ['badOption', 'ipv4 udp'],
])('%s is %s', (name, expected) => expect(ethernet(name)).toBe(expected));

it.each([
  [0, 'loopback'],
  [108, 'loopback'],
  [101, ''],
  [12, ''],
  [228, ''],
  [229, ''],
  [9, 'ppp'],
  [50, 'ppp'],
  [51, 'pppoe ppp'],
  [113, 'cooked'],
  [276, 'cooked'],
  [239, 'nflog'],
  [105, 'wlan llc snap'],
  [127, 'radiotap wlan llc snap'],
])('link type %d is decoded to its payload', (linktype, header) => {
  const frames = LINK_FRAMES.find(([one]) => one === linktype)?.[1] ?? {};
  const decoded = Object.values(frames).map((data) => kinds(p.decodeFrame(linktype, data)));
  expect(decoded).toContainEqual(expect.stringMatching(new RegExp(`^${header} ?ipv[46] udp$`)));
});

it('what a frame lacks of its IP length is said', () => {
  const short = p.layerOf(p.decodeFrame(1, ETHERNET_FRAMES.truncatedIp), 'ipv4');
  expect(short?.missing).toBe(14 + (short?.length ?? 0) - 40);
  expect(p.layerOf(p.decodeFrame(1, ETHERNET_FRAMES.udp), 'ipv4')).not.toHaveProperty('missing');
});

/** tshark's fields, and how our layers give them. */
const FIELDS: readonly (readonly [string, (frame: p.Frame) => unknown[]])[] = [
  ['ip.src', (f) => all(f, 'ipv4').map(({ src }) => src)],
  ['ip.ttl', (f) => all(f, 'ipv4').map(({ ttl }) => ttl)],
  ['ip.proto', (f) => all(f, 'ipv4').map(({ protocol }) => protocol)],
  ['ipv6.dst', (f) => all(f, 'ipv6').map(({ dst }) => dst)],
  ['ipv6.plen', (f) => all(f, 'ipv6').map(({ length }) => length)],
  ['udp.dstport', (f) => all(f, 'udp').map(({ dport }) => dport)],
  ['tcp.srcport', (f) => all(f, 'tcp').map(({ sport }) => sport)],
  ['vlan.id', (f) => all(f, 'vlan').map(({ id }) => id)],
  ['vxlan.vni', (f) => all(f, 'vxlan').map(({ vni }) => vni)],
  ['geneve.vni', (f) => all(f, 'geneve').map(({ vni }) => vni)],
  ['mpls.label', (f) => all(f, 'mpls').map(({ label }) => label)],
  ['pppoe.session_id', (f) => all(f, 'pppoe').map(({ session }) => session)],
  ['sctp.srcport', (f) => all(f, 'sctp').map(({ sport }) => sport)],
  ['sctp.chunk_type', (f) => all(f, 'sctp').flatMap(({ chunks }) => chunks)],
  ['esp.spi', (f) => all(f, 'esp').map(({ spi }) => spi)],
  ['eth.src', (f) => all(f, 'ethernet').map(({ src }) => src)],
];

/** All layers of a kind, those that an ICMP error quotes too, as tshark counts them. */
function all<K extends p.Layer['layer']>(frame: p.Frame, kind: K) {
  const of = (layers: readonly p.Layer[]): p.Layer[] =>
    layers.flatMap((layer) => [layer, ...('quoted' in layer ? of(layer.quoted ?? []) : [])]);
  return of(frame.layers).filter(({ layer }) => layer === kind) as Extract<p.Layer, { layer: K }>[];
}

/** tshark reads more of these, or names them otherwise (the outer tag of 802.1ad is no vlan.id). */
const OTHERWISE =
  /^(bad|trunc|laterF|frag|unreachableOther|tcpB|greSum|greUnknown|pptp|vxlanGpe|mplsInUdp|llc|snap|stp|rstp|arp|rarp|long|ip6in6|udp(Bad|Short)|geneveOptions|qinq|vlan3)/;

itNeeds('tshark')(
  'tshark -T json gives the same fields',
  () => {
    const names = Object.keys(ETHERNET_FRAMES).filter((name) => !OTHERWISE.test(name));
    const file = path.join(folder, 'fields.pcap');
    const pcap = new p.PcapFile(file);
    for (const name of names) pcap.write({ data: ETHERNET_FRAMES[name], timestamp: 0n });
    pcap.close();
    const text = execFileSync(
      'tshark',
      ['-r', file, '-T', 'json', '-n', ...FIELDS.flatMap(([field]) => ['-e', field])],
      { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] },
    ).toString();
    const rows = JSON.parse(text) as { _source: { layers?: Record<string, string[]> } }[];
    expect(rows.length).toBe(names.length);
    const number = (value: string) =>
      /^(0x)?[\da-f]+$/i.test(value) ? String(Number(value)) : value;
    const different = names.flatMap((name, i) => {
      const layers = rows[i]._source.layers ?? {};
      const frame = p.decodeFrame(p.LINKTYPE_ETHERNET, ETHERNET_FRAMES[name]);
      return FIELDS.flatMap(([field, ours]) => {
        const theirs = (layers[field] ?? []).map(number);
        const own = ours(frame).map((value) => number(String(value)));
        return own.join() === theirs.join() ? [] : [`${name} ${field}: ${own} and ${theirs}`];
      });
    });
    expect(different).toEqual([]);
  },
  60_000,
);
