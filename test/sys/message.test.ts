// struct msghdr as an object: lengths in and out, control data, descriptors that travel, several
// messages at once.
import * as sys from 'bsd-socket/sys';
import { closeAll, kept, nameOf, pair, rights, udp } from './helpers';

const C = sys.constants;
afterEach(closeAll);

test('sendmsg gathers, recvmsg scatters, and the object tells what the kernel reported', () => {
  const [a, nameA] = udp();
  const [b, nameB] = udp();
  expect(
    sys.sendmsg(
      a,
      { name: nameB, iov: [Buffer.from('ab'), new Uint16Array([0x6463]), Buffer.from('ef')] },
      0,
    ),
  ).toBe(6);
  const msg: sys.MsgHdr = { name: Buffer.alloc(128), iov: [Buffer.alloc(4), Buffer.alloc(4)] };
  expect(sys.recvmsg(b, msg, 0)).toBe(6);
  expect(Buffer.concat(msg.iov as Buffer[]).toString('latin1')).toBe('abcdef\0\0');
  expect(msg).toMatchObject({ namelen: 16, controllen: 0, flags: 0 });
  expect((msg.name as Buffer).subarray(0, 16)).toEqual(nameA);
});

test('MSG_TRUNC shows in flags; flags given are not read back', () => {
  const [a, b] = pair(C.SOCK_DGRAM);
  sys.send(a, Buffer.from('0123456789'), 0);
  sys.send(a, Buffer.from('x'), 0);
  const msg: sys.MsgHdr = { iov: [Buffer.alloc(4)] };
  expect(sys.recvmsg(b, msg, 0)).toBe(4);
  expect(msg.flags! & C.MSG_TRUNC).toBe(C.MSG_TRUNC);
  msg.flags = C.MSG_TRUNC | C.MSG_OOB;
  expect(sys.recvmsg(b, msg, 0)).toBe(1);
  expect(msg.flags).toBe(0);
});

test('descriptors arrive owned, cloexec if asked, and work', () => {
  const [a, b] = pair();
  const fds = new Int32Array(2);
  sys.pipe2(fds, 0);
  const [reading, writing] = [kept(fds[0]), kept(fds[1])];
  expect(sys.sendmsg(a, { iov: [Buffer.from('x')], control: rights(writing) }, 0)).toBe(1);
  const msg: sys.MsgHdr = { iov: [Buffer.alloc(1)], control: Buffer.alloc(64) };
  expect(sys.recvmsg(b, msg, C.MSG_CMSG_CLOEXEC)).toBe(1);
  expect(msg.controllen).toBe(24);
  const received = kept((msg.control as Buffer).readInt32LE(16));
  expect(sys.owns(received)).toBe(1);
  expect(sys.fcntl(received, C.F_GETFD, 0)).toBe(1);
  expect(sys.close(writing)).toBe(0);
  const { writeSync, readSync } = require('node:fs') as typeof import('node:fs');
  writeSync(received, 'via');
  const bytes = Buffer.alloc(8);
  expect(readSync(reading, bytes)).toBe(3);
});

test('a controllen beyond the control bytes is padded on the way out and cut on the way in', () => {
  const [a, b] = pair();
  const [fd] = udp();
  expect(
    sys.sendmsg(
      a,
      { iov: [Buffer.from('x')], control: rights(fd).subarray(0, 20), controllen: 24 },
      0,
    ),
  ).toBe(1);
  const memory = Buffer.alloc(64, 0xee);
  const msg: sys.MsgHdr = {
    iov: [Buffer.alloc(1)],
    control: memory.subarray(0, 16),
    controllen: 64,
  };
  expect(sys.recvmsg(b, msg, 0)).toBe(1);
  expect(msg.controllen).toBe(24);
  expect(memory.readUInt32LE(12)).toBe(C.SCM_RIGHTS);
  expect(memory.subarray(16)).toEqual(Buffer.alloc(48, 0xee));
});

test('a controllen below the control bytes is what the kernel sees', () => {
  const [a, b] = pair();
  const [fd] = udp();
  expect(sys.sendmsg(a, { iov: [Buffer.from('x')], control: rights(fd), controllen: 8 }, 0)).toBe(
    1,
  );
  expect(sys.sendmsg(a, { iov: [Buffer.from('x')], control: rights(fd) }, 0)).toBe(1);
  const control = Buffer.alloc(64, 0xee);
  const msg: sys.MsgHdr = { iov: [Buffer.alloc(1)], control, controllen: 8 };
  expect(sys.recvmsg(b, msg, 0)).toBe(1);
  msg.controllen = 8;
  expect(sys.recvmsg(b, msg, 0)).toBe(1);
  expect(msg.flags! & C.MSG_CTRUNC).toBe(C.MSG_CTRUNC);
  expect(control.subarray(8)).toEqual(Buffer.alloc(56, 0xee));
});

test('a controllen that no memory can have is the kernel’s to refuse', () => {
  const [a, b] = pair();
  expect(
    sys.sendmsg(a, { iov: [Buffer.from('x')], control: Buffer.alloc(16), controllen: -1 }, 0),
  ).toBeLessThan(0);
  sys.send(a, Buffer.from('x'), 0);
  const memory = Buffer.alloc(32, 0xee);
  expect(
    sys.recvmsg(b, { iov: [Buffer.alloc(1)], control: memory.subarray(0, 16), controllen: -1 }, 0),
  ).toBe(1);
  expect(memory.subarray(16)).toEqual(Buffer.alloc(16, 0xee));
});

test('null control with a length is a null pointer', () => {
  const [a, b] = pair();
  expect(sys.sendmsg(a, { iov: [Buffer.from('x')], control: null, controllen: 24 }, 0)).toBe(
    -C.EFAULT,
  );
  sys.send(a, Buffer.from('x'), 0);
  const msg: sys.MsgHdr = { iov: [Buffer.alloc(1)], control: null, controllen: 24 };
  expect(sys.recvmsg(b, msg, 0)).toBe(1);
});

test('a name shorter than its namelen is cut, a longer one is the kernel’s to refuse', () => {
  const [a] = udp();
  const [b, nameB] = udp();
  const long = Buffer.concat([nameB, Buffer.alloc(128)]);
  expect(sys.sendmsg(a, { name: long, iov: [] }, 0)).toBe(0);
  expect(sys.sendmsg(a, { name: nameB.subarray(0, 8), namelen: 16, iov: [] }, 0)).toBe(0);
  expect(sys.sendmsg(a, { name: nameB, namelen: 3, iov: [] }, 0)).toBe(-C.EINVAL);
  expect(sys.recvmsg(b, { name: Buffer.alloc(16), namelen: -1, iov: [] }, 0)).toBe(-C.EINVAL);
  const memory = Buffer.alloc(16, 0xee);
  const msg: sys.MsgHdr = { name: memory.subarray(0, 4), namelen: 16, iov: [Buffer.alloc(4)] };
  expect(sys.recvmsg(b, msg, 0)).toBe(0);
  expect(msg.namelen).toBe(16);
  expect(memory.subarray(0, 4)).toEqual(nameOf(a).subarray(0, 4));
  expect(memory.subarray(4)).toEqual(Buffer.alloc(12, 0xee));
});

test('more vectors than the kernel takes are its own EMSGSIZE', () => {
  const [a] = pair();
  const iov = Array.from({ length: 1025 }, () => Buffer.alloc(1));
  expect(sys.sendmsg(a, { iov }, 0)).toBe(-C.EMSGSIZE);
  expect(sys.sendmsg(a, { iov: iov.slice(1) }, 0)).toBe(1024);
  expect(sys.recvmsg(a, { iov }, C.MSG_DONTWAIT)).toBe(-C.EMSGSIZE);
});

test('sendmmsg and recvmmsg move several messages with their names and lengths', () => {
  const [a, nameA] = udp();
  const [b, nameB] = udp();
  const lens = new Int32Array(3);
  expect(
    sys.sendmmsg(
      a,
      ['x', 'yy', 'zzz'].map((text) => ({ name: nameB, iov: [Buffer.from(text)] })),
      lens,
      0,
    ),
  ).toBe(3);
  expect(Array.from(lens)).toEqual([1, 2, 3]);
  const msgs: sys.MsgHdr[] = Array.from({ length: 4 }, () => ({
    name: Buffer.alloc(128),
    iov: [Buffer.alloc(2)],
  }));
  const got = new Int32Array(4).fill(-7);
  expect(sys.recvmmsg(b, msgs, got, C.MSG_DONTWAIT)).toBe(3);
  expect(Array.from(got)).toEqual([1, 2, 2, -7]);
  expect(msgs.map(({ namelen, flags }) => [namelen, flags])).toEqual([
    [16, 0],
    [16, 0],
    [16, C.MSG_TRUNC],
    [undefined, undefined],
  ]);
  expect((msgs[2].name as Buffer).subarray(0, 16)).toEqual(nameA);
  expect(sys.recvmmsg(b, msgs, got, C.MSG_DONTWAIT)).toBe(-C.EAGAIN);
});

test('recvmmsg hands its timeout to the kernel, which refuses what is no time', () => {
  const [a, b] = pair(C.SOCK_DGRAM);
  const one = () => [{ iov: [Buffer.alloc(4)] }, { iov: [Buffer.alloc(4)] }];
  const lens = new Int32Array(2);
  sys.send(a, Buffer.from('x'), 0);
  expect(sys.recvmmsg(b, one(), lens, 0, [-1, 0])).toBe(-C.EINVAL);
  expect(sys.recvmmsg(b, one(), lens, 0, [0, 1_000_000_000])).toBe(-C.EINVAL);
  expect(sys.recvmmsg(b, one(), lens, 0, [0, 0])).toBe(1);
  expect(sys.recvmmsg(b, one(), lens, C.MSG_DONTWAIT, null)).toBe(-C.EAGAIN);
});

test('what is no message is refused by name', () => {
  const [a] = pair();
  const send = (msg: unknown) => () => sys.sendmsg(a, msg as sys.MsgHdr, 0);
  expect(send(undefined)).toThrow(/sendmsg: msg must be a message object/);
  expect(send({})).toThrow(/sendmsg: msg\.iov must be an array of bytes/);
  expect(send({ iov: [Buffer.alloc(1), 'text'] })).toThrow(/sendmsg: msg\.iov\[1\] must be/);
  expect(send({ iov: [], name: 3 })).toThrow(/sendmsg: msg\.name must be/);
  expect(send({ iov: [], controllen: 1.5 })).toThrow(RangeError);
  expect(send({ iov: [], flags: '0' })).toThrow(/sendmsg: msg\.flags/);
  expect(() => sys.recvmmsg(a, [{ iov: [] }], new Int32Array(0), 0)).toThrow(/recvmmsg: lens/);
  expect(() => sys.recvmmsg(a, [{ iov: [] }], [0] as never, 0)).toThrow(TypeError);
  expect(() => sys.recvmmsg(a, 'no' as never, new Int32Array(1), 0)).toThrow(/recvmmsg: msgs/);
  expect(() => sys.recvmmsg(a, [{ iov: [] }], new Int32Array(1), 0, [0] as never)).toThrow(
    /recvmmsg: timeout\[1\]/,
  );
});
