// The internet checksum against RFC 1071's own example, a Python implementation, and its algebra.
import * as path from 'node:path';
import {
  checksum,
  icmpChecksum,
  icmpv6Checksum,
  pseudoHeader,
  sum,
  tcpChecksum,
  udpChecksum,
} from 'bsd-socket/packet';
import * as fc from 'fast-check';
import { itNeeds, run } from '../tools';

const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
const v4 = fc.ipV4();
const v6 = fc
  .tuple(...Array.from({ length: 8 }, () => fc.integer({ min: 0, max: 0xffff })))
  .map((words) => words.map((word) => word.toString(16)).join(':'));

describe('checksum', () => {
  it('is that of the example in RFC 1071 section 3', () => {
    const example = Buffer.from('0001f203f4f5f6f7', 'hex');
    expect(sum(example)).toBe(0x2ddf0);
    expect(checksum(example)).toBe(~0xddf2 & 0xffff);
  });

  it('is that of a known IPv4 header', () => {
    expect(checksum(Buffer.from('450000730000400040110000c0a80001c0a800c7', 'hex'))).toBe(0xb861);
    expect(checksum(Buffer.from('45000073000040004011b861c0a80001c0a800c7', 'hex'))).toBe(0);
  });

  it('takes an odd last byte as if a zero followed, and nothing as nothing', () => {
    expect(checksum(Buffer.from([0x12, 0x34, 0x56]))).toBe(
      checksum(Buffer.from([0x12, 0x34, 0x56, 0])),
    );
    expect(checksum(Buffer.alloc(0))).toBe(0xffff);
  });

  it('continues over pieces, reads any kind of bytes, and is exact over a megabyte of ones', () => {
    const data = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7) & 255));
    expect(checksum(data.subarray(600), sum(data.subarray(0, 600)))).toBe(checksum(data));
    expect(checksum(new DataView(data.buffer, data.byteOffset, data.length))).toBe(checksum(data));
    expect(sum(Buffer.alloc(1 << 20, 0xff))).toBe((1 << 19) * 0xffff);
    expect(checksum(Buffer.alloc(1 << 20, 0xff))).toBe(0);
  });

  it('put into the packet makes the whole packet sum to 0', () => {
    fc.assert(
      fc.property(bytes(20, 1500), v4, v4, (data, src, dst) => {
        const segment = Buffer.from(data);
        segment.writeUInt16BE(tcpChecksum(src, dst, segment), 16);
        expect(checksum(segment, pseudoHeader(src, dst, 6, segment.length))).toBe(0);
        const message = Buffer.from(data);
        message.writeUInt16BE(icmpChecksum(message), 2);
        expect(checksum(message)).toBe(0);
      }),
    );
  });

  it('of UDP is never 0: what sums to 0 is sent as 0xffff', () => {
    const datagram = Buffer.alloc(10);
    datagram.writeUInt16BE(10, 4);
    // 127.0.0.1 twice, protocol 17, length 10 twice: the two data bytes make up for the rest.
    const rest = checksum(datagram, pseudoHeader('127.0.0.1', '127.0.0.1', 17, 10));
    datagram.writeUInt16BE(rest, 8);
    expect(checksum(datagram, pseudoHeader('127.0.0.1', '127.0.0.1', 17, 10))).toBe(0);
    expect(udpChecksum('127.0.0.1', '127.0.0.1', datagram)).toBe(0xffff);
  });

  itNeeds('python3')(
    'agrees with a Python implementation, over both address families',
    async () => {
      const cases = [
        ...fc.sample(fc.tuple(fc.constant('plain'), v4, v4, bytes(0, 3000)), 100),
        ...fc.sample(
          fc.tuple(fc.constantFrom('tcp', 'udp', 'icmpv6'), v4, v4, bytes(20, 1500)),
          200,
        ),
        ...fc.sample(
          fc.tuple(fc.constantFrom('tcp', 'udp', 'icmpv6'), v6, v6, bytes(20, 1500)),
          200,
        ),
      ];
      const ours = {
        plain: (_s: string, _d: string, data: Uint8Array) => checksum(data),
        tcp: tcpChecksum,
        udp: udpChecksum,
        icmpv6: icmpv6Checksum,
      };
      const input = JSON.stringify(
        cases.map(([kind, src, dst, data]) => [kind, src, dst, Buffer.from(data).toString('hex')]),
      );
      const { stdout } = await run('python3', [path.join(__dirname, 'oracle.py')], { input });
      expect(
        cases.map(([kind, src, dst, data]) => ours[kind as keyof typeof ours](src, dst, data)),
      ).toEqual(JSON.parse(stdout));
    },
  );

  it('refuses what cannot be meant', () => {
    expect(() => checksum('text' as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect(() => tcpChecksum('127.0.0.1', '::1', Buffer.alloc(20))).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    );
    expect(() => tcpChecksum('127.0.0.300', '127.0.0.1', Buffer.alloc(20))).toThrow(
      /src must be an IPv4 address, not "127\.0\.0\.300"/,
    );
    expect(() => udpChecksum('127.0.0.1', '127.0.0.1', Buffer.alloc(7))).toThrow(
      /datagram must be at least 8 bytes/,
    );
    expect(() => pseudoHeader(Buffer.alloc(5), Buffer.alloc(5), 17, 8)).toThrow(RangeError);
  });
});
