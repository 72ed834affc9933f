// nlmsgs() and attributes() on what the kernel sends for RTM_GETLINK, beside ip(8); and on bytes
// that are cut or lie about their lengths.
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as S from '../../lib';
import { attributes, nlmsgs } from '../../lib/sys';
import { itNeeds } from '../tools';

const { RTM_GETLINK, RTM_NEWLINK, NLM_F_REQUEST, NLM_F_DUMP, NLMSG_DONE } = S.constants as Record<
  string,
  number
> as Record<'RTM_GETLINK' | 'RTM_NEWLINK' | 'NLM_F_REQUEST' | 'NLM_F_DUMP' | 'NLMSG_DONE', number>;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFINFOMSG = 16;

/** A message of a header and these payload bytes. */
function message(type: number, payload: Buffer, length = 16 + payload.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(0x301, 6);
  header.writeUInt32LE(7, 8);
  const padding = Buffer.alloc((4 - (payload.length & 3)) & 3);
  return Buffer.concat([header, payload, padding]);
}

function attribute(type: number, data: Buffer, length = 4 + data.length): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, data, Buffer.alloc((4 - (data.length & 3)) & 3)]);
}

itNeeds('ip')('RTM_GETLINK: the links that ip(8) lists, with their MTU', async () => {
  const socket = new S.Socket(S.AF_NETLINK, S.SOCK_RAW, S.NETLINK_ROUTE);
  const links: { ifname: string; mtu: number }[] = [];
  try {
    socket.bind([0, 0]);
    const request = message(RTM_GETLINK, Buffer.alloc(IFINFOMSG));
    request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
    await socket.send(request);
    for (let done = false; !done; ) {
      for (const { type, seq, data } of nlmsgs(await socket.recv(1 << 16, { timeoutMs: 3000 }))) {
        expect(seq).toBe(7);
        if (type === NLMSG_DONE) done = true;
        if (type !== RTM_NEWLINK) continue;
        const found = new Map([...attributes(data, IFINFOMSG)].map((one) => [one.type, one.data]));
        const name = found.get(IFLA_IFNAME) as Buffer;
        links.push({
          ifname: name.toString('latin1', 0, name.indexOf(0)),
          mtu: (found.get(IFLA_MTU) as Buffer).readUInt32LE(0),
        });
      }
    }
  } finally {
    socket.close();
  }
  const theirs = JSON.parse(execFileSync('ip', ['-j', 'link']).toString()) as typeof links;
  expect(links).toEqual(theirs.map(({ ifname, mtu }) => ({ ifname, mtu })));
});

it('several messages in one datagram, aligned to four bytes', () => {
  const bytes = Buffer.concat([message(16, Buffer.from('abc')), message(17, Buffer.from('12345'))]);
  expect([...nlmsgs(bytes)].map(({ type, flags, data }) => [type, flags, String(data)])).toEqual([
    [16, 0x301, 'abc'],
    [17, 0x301, '12345'],
  ]);
  expect([...nlmsgs(Buffer.alloc(0))]).toEqual([]);
});

it('the last message needs no padding; payloads are views', () => {
  const bytes = message(16, Buffer.from('abc')).subarray(0, 19);
  const [only] = nlmsgs(bytes);
  expect(String(only?.data)).toBe('abc');
  bytes[16] = 0x7a;
  expect(String(only?.data)).toBe('zbc');
});

it('attributes: type without its flags, nested ones', () => {
  const inner = attribute(1, Buffer.from('in'));
  const bytes = Buffer.concat([
    attribute(2 | 0x8000, inner),
    attribute(3 | 0x4000, Buffer.from([1, 2])),
    attribute(4, Buffer.alloc(0)),
  ]);
  const [nested, ordered, empty] = attributes(bytes);
  expect(nested).toMatchObject({ type: 2, nested: true, networkOrder: false });
  expect(
    [...attributes((nested as { data: Buffer }).data)].map(({ data }) => String(data)),
  ).toEqual(['in']);
  expect(ordered).toMatchObject({ type: 3, nested: false, networkOrder: true });
  expect(empty?.data.length).toBe(0);
});

it.each([
  ['cut in its header', message(16, Buffer.alloc(4)).subarray(0, 12)],
  ['cut in its payload', message(16, Buffer.alloc(8)).subarray(0, 20)],
  ['of length 0', message(16, Buffer.alloc(4), 0)],
  ['shorter than its header', message(16, Buffer.alloc(4), 15)],
  ['of length 2^32 - 1', message(16, Buffer.alloc(4), 0xffffffff)],
])('a message %s is a RangeError', (_, bytes) => {
  expect(() => [...nlmsgs(bytes)]).toThrow(RangeError);
});

it.each([
  ['cut in its header', attribute(1, Buffer.alloc(4)).subarray(0, 3)],
  ['cut in its value', attribute(1, Buffer.alloc(8)).subarray(0, 8)],
  ['of length 0', attribute(1, Buffer.alloc(4), 0)],
  ['of length 3', attribute(1, Buffer.alloc(4), 3)],
  ['of length 65535', attribute(1, Buffer.alloc(4), 0xffff)],
])('an attribute %s is a RangeError', (_, bytes) => {
  expect(() => [...attributes(bytes)]).toThrow(RangeError);
});

it('any bytes end: messages within the bytes, or a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(40), (bytes, offset) => {
      for (const walk of [() => nlmsgs(bytes), () => attributes(bytes, offset)]) {
        let total = 0;
        try {
          for (const { data } of walk()) total += data.length;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
        expect(total).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 2000 },
  );
});

it('what is no bytes, and an offset outside, are refused', () => {
  expect(() => [...nlmsgs('x' as never)]).toThrow(TypeError);
  expect(() => [...attributes(Buffer.alloc(4), 5)]).toThrow(RangeError);
  expect(() => [...attributes(Buffer.alloc(4), -1)]).toThrow(RangeError);
});
