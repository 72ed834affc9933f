// Views: headers read and written where they lie, without garbage.
import {
  EthernetView,
  IcmpEchoView,
  Ipv4View,
  Ipv6View,
  TcpView,
  UdpView,
  VlanView,
} from 'bsd-socket/packet';
import { itMeasures } from '../tools';
import { samples } from './samples';

describe('views', () => {
  const frames = samples();

  it('read a header in place and move from packet to packet', () => {
    const ip = new Ipv4View();
    const tcp = new TcpView();
    const seen = [frames.syn, frames.data].map((frame) => {
      ip.at(frame, 14);
      tcp.at(frame, ip.offset + ip.headerLength);
      return [
        ip.version,
        ip.ttl,
        ip.protocol,
        ip.length,
        ip.src,
        tcp.sport,
        tcp.seq,
        tcp.flags,
        tcp.headerLength,
      ];
    });
    expect(seen).toEqual([
      [4, 64, 6, 60, '10.8.0.1', 40000, 4000000000, 2, 40],
      [4, 64, 6, 57, '10.8.0.1', 40000, 4294967295, 24, 32],
    ]);
    expect(new EthernetView().at(frames.syn).type).toBe(0x800);
    expect(new VlanView().at(frames.vlan, 14)).toMatchObject({ id: 5, priority: 3, type: 0x800 });
    expect(new Ipv6View().at(frames.udp6, 14)).toMatchObject({
      version: 6,
      hopLimit: 64,
      flowLabel: 0,
      trafficClass: 0,
      dst: 'fd08::2',
    });
    expect(new UdpView().at(frames.udp6, 54)).toMatchObject({
      sport: 40000,
      dport: 40001,
      length: 13,
    });
    expect(new IcmpEchoView().at(frames.echo, 34)).toMatchObject({ type: 8, id: 77, seq: 1 });
  });

  it('write in place, within the range of the field', () => {
    const frame = Buffer.from(frames.syn);
    const ip = new Ipv4View().at(frame, 14);
    ip.ttl = 3;
    ip.dst = '192.0.2.1';
    expect(frame[14 + 8]).toBe(3);
    expect([...frame.subarray(30, 34)]).toEqual([192, 0, 2, 1]);
    expect(() => {
      ip.ttl = 256;
    }).toThrow(/ipv4\.ttl must be an integer of 0 … 255, not 256/);
  });

  it('stand only where a whole header lies', () => {
    const tcp = new TcpView();
    expect(() => tcp.at(frames.syn, frames.syn.length - 19)).toThrow(/20 bytes of tcp header/);
    expect(() => tcp.at(frames.syn, -1)).toThrow(RangeError);
    expect(() => tcp.at(frames.syn, Number.NaN)).toThrow(RangeError);
    expect(() => tcp.seq).toThrow(/moved to some bytes with at\(\) first/);
  });

  itMeasures('allocate nothing for numbers: a million reads leave the heap as it was', () => {
    const ip = new Ipv4View();
    const tcp = new TcpView();
    const read = (rounds: number): number => {
      let total = 0;
      for (let i = 0; i < rounds; i++) {
        ip.at(frames.syn, 14);
        tcp.at(frames.syn, 14 + ip.headerLength);
        total ^= ip.ttl + ip.protocol + tcp.dport + tcp.flags;
      }
      return total;
    };
    read(50_000);
    const before = process.memoryUsage().heapUsed;
    read(250_000);
    // A million 12-byte heap numbers would be 12 MB; a scavenge in between can only make it less.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000);
  });
});
