// Every way in which a descriptor is born or ends, and who owns it; what ioctl and fcntl pass on.
import * as fs from 'node:fs';
import { constants as c } from '../../lib/constants';
import { DENIED, native } from '../../lib/native';

let before: number;
beforeEach(() => {
  before = native.owned();
});

/** Closes each, which must be ours, and finds the table as it was. */
function closeAll(...fds: number[]): void {
  for (const fd of fds) expect([fd, native.close(fd)]).toEqual([fd, 0]);
  expect(native.owned()).toBe(before);
}

function pair(type: number = c.SOCK_STREAM): [number, number] {
  const fds = new Int32Array(2);
  expect(native.socketpair(c.AF_UNIX, type | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, 0, fds)).toBe(0);
  return [fds[0] as number, fds[1] as number];
}

/** SCM_RIGHTS with these descriptors. */
function rights(...fds: number[]): Uint8Array {
  const control = new Uint8Array(16 + Math.ceil((4 * fds.length) / 8) * 8);
  const view = new DataView(control.buffer);
  view.setBigUint64(0, BigInt(16 + 4 * fds.length), true);
  view.setInt32(8, c.SOL_SOCKET, true);
  view.setInt32(12, c.SCM_RIGHTS, true);
  fds.forEach((fd, i) => {
    view.setInt32(16 + 4 * i, fd, true);
  });
  return control;
}

describe('owned from birth', () => {
  it('are those of socket, socketpair, accept4, dup, dup3, pipe2 and F_DUPFD', () => {
    const [a, b] = pair();
    const pipe = new Int32Array(2);
    native.pipe2(pipe, c.O_CLOEXEC);
    const listener = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
    const address = Uint8Array.from([2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    native.bind(listener, address, 16);
    native.getsockname(listener, address, new Int32Array([16]));
    native.listen(listener, 1);
    const client = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
    native.connect(client, address, 16);
    const accepted = native.accept4(listener, c.SOCK_CLOEXEC, null, null);
    const copies = [
      native.dup(a),
      native.fcntl(a, c.F_DUPFD, 100),
      native.fcntl(a, c.F_DUPFD_CLOEXEC, 100),
      native.dup3(a, 700, c.O_CLOEXEC),
    ];
    const all = [a, b, ...pipe, listener, client, accepted, ...copies];
    expect(all.filter((fd) => native.owns(fd) !== 1)).toEqual([]);
    expect(native.owned()).toBe(before + all.length);
    closeAll(...all);
  });

  it('are those that arrive in control data, of recvmsg and recvmmsg, also where it is cut short or looked at', () => {
    const [a, b] = pair(c.SOCK_DGRAM);
    const send = (...fds: number[]) =>
      expect(
        native.sendmsg(a, [new Uint8Array(1)], null, 0, rights(...fds), 16 + 4 * fds.length, 0, 0),
      ).toBe(1);
    const arrived = (control: Uint8Array, count: number) =>
      Array.from({ length: count }, (_, i) =>
        new DataView(control.buffer).getInt32(16 + 4 * i, true),
      );

    send(a, b, 0);
    const control = new Uint8Array(64);
    const out = new Int32Array([0, 64, 0]);
    expect(native.recvmsg(b, [new Uint8Array(1)], null, control, out, c.MSG_CMSG_CLOEXEC)).toBe(1);
    const first = arrived(control, 3);
    expect(first.map(native.owns)).toEqual([1, 1, 1]);

    send(a, b, 0); // room for two of the three
    const tight = new Uint8Array(24);
    const cut = new Int32Array([0, 24, 0]);
    native.recvmsg(b, [new Uint8Array(1)], null, tight, cut, 0);
    expect(cut[2]! & c.MSG_CTRUNC).toBe(c.MSG_CTRUNC);
    const second = arrived(tight, 2);

    send(a); // the kernel delivers a descriptor to MSG_PEEK too
    const peeked = new Uint8Array(24);
    native.recvmsg(b, [new Uint8Array(1)], null, peeked, new Int32Array([0, 24, 0]), c.MSG_PEEK);
    send(b);
    const [x, y] = [new Uint8Array(24), new Uint8Array(24)];
    const heads = new Int32Array([0, 0, 24, 0, 0, 0, 24, 0]);
    const messages = [x, y].map((room) => [[new Uint8Array(1)], null, room] as const);
    expect(native.recvmmsg(b, messages, heads, c.MSG_DONTWAIT, -1, 0)).toBe(2);
    const others = [peeked, x, y].flatMap((room) => arrived(room, 1));
    closeAll(a, b, ...first, ...second, ...others);
  });

  it('says that a control buffer is larger than it is: what arrives is owned, though nobody sees it', () => {
    const [a, b] = pair(c.SOCK_DGRAM);
    native.sendmsg(a, [new Uint8Array(1)], null, 0, rights(a), 20, 0, 0);
    const short = new Uint8Array(8);
    const out = new Int32Array([0, 64, 0]);
    expect(native.recvmsg(b, [new Uint8Array(1)], null, short, out, 0)).toBe(1);
    expect(native.owned()).toBe(before + 3);
    const lost = fs
      .readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd !== a && fd !== b && native.owns(fd) === 1);
    closeAll(a, b, lost.at(-1) as number);
  });

  it('are those that a getter makes, whole or cut', () => {
    const [a, b] = pair();
    const value = new Uint8Array(4);
    expect(native.getsockopt(a, c.SOL_SOCKET, c.SO_PEERPIDFD, value, 4)).toBe(4);
    const pidfd = new DataView(value.buffer).getInt32(0, true);
    expect(native.owns(pidfd)).toBe(1);
    expect(fs.readlinkSync(`/proc/self/fd/${pidfd}`)).toContain('pid');
    const held = native.owned();
    const one = new Uint8Array(1);
    expect(native.getsockopt(a, c.SOL_SOCKET, c.SO_PEERPIDFD, one, 1)).toBe(1);
    expect(native.owned()).toBe(held + 1); // its number is cut to a byte, but we know it
    closeAll(a, b, pidfd, one[0] as number);
  });

  it('are those of SIOCUNIXFILE and SIOCGSKNS', () => {
    const path = `/tmp/bsd-socket-${process.pid}.sock`;
    const fd = native.socket(c.AF_UNIX, c.SOCK_STREAM, 0);
    native.bind(fd, Buffer.from(`\x01\0${path}\0`, 'latin1'), 3 + path.length);
    const file = native.ioctl(fd, c.SIOCUNIXFILE, 0);
    fs.unlinkSync(path);
    const netns = native.ioctl(fd, c.SIOCGSKNS, 0);
    const made = [file, netns].filter((answer) => answer >= 0);
    expect(made.map(native.owns)).toEqual(made.map(() => 1));
    // SIOCGSKNS wants CAP_NET_ADMIN
    expect(made.length).toBe(process.getuid?.() === 0 ? 2 : made.length);
    closeAll(fd, ...made);
  });
});

describe('ioctl', () => {
  it('passes flat arguments through, as a number or as bytes of any length', () => {
    const [a, b] = pair();
    native.send(a, new Uint8Array(5), 0, 5, 0);
    const count = new Uint8Array(4);
    expect(native.ioctl(b, c.FIONREAD, count)).toBe(0);
    expect([...count]).toEqual([5, 0, 0, 0]);
    const short = new Uint8Array(1);
    expect(native.ioctl(b, c.FIONREAD, short)).toBe(0);
    expect([...short]).toEqual([5]);
    const ifreq = new Uint8Array(2048);
    ifreq.set(Buffer.from('lo'));
    expect(native.ioctl(a, c.SIOCGIFINDEX, ifreq)).toBe(0);
    expect(new DataView(ifreq.buffer).getInt32(16, true)).toBe(native.if_nametoindex('lo'));
    expect(native.ioctl(a, c.FIONBIO, 0)).toBe(0);
    expect(native.fcntl(a, c.F_GETFL, 0) & c.O_NONBLOCK).toBe(0);
    expect(native.ioctl(a, c.FIONBIO, 1)).toBe(0);
    expect(native.fcntl(a, c.F_GETFL, 0) & c.O_NONBLOCK).toBe(c.O_NONBLOCK);
    closeAll(a, b);
  });

  it('refuses whatever holds a pointer, or is unknown; a closed descriptor is the kernel to refuse', () => {
    const [a, b] = pair();
    for (const request of [
      c.SIOCGIFCONF,
      c.SIOCETHTOOL,
      c.SIOCADDRT,
      c.SIOCDEVPRIVATE,
      c.SIOCSHWTSTAMP,
      c.TUNSETIFF,
      0,
      0x12345678,
    ]) {
      const bytes = new Uint8Array(64).fill(0xa5);
      expect([request, native.ioctl(a, request, bytes)]).toEqual([request, DENIED]);
      expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
      expect(native.ioctl(1021, request, 0)).toBe(-c.EBADF);
    }
    closeAll(a, b);
  });
});

describe('fcntl', () => {
  it('passes numbers, and no command that takes a pointer unless the argument can be none', () => {
    const [a, b] = pair();
    expect(native.fcntl(a, c.F_GETFD, 0)).toBe(c.FD_CLOEXEC);
    expect(native.fcntl(a, c.F_SETFD, 0)).toBe(0);
    expect(native.fcntl(a, c.F_SETOWN, process.pid)).toBe(0);
    expect(native.fcntl(a, c.F_GETOWN, 0)).toBe(process.pid);
    for (const command of [c.F_GETLK, c.F_SETLKW, c.F_OFD_SETLK, c.F_SETOWN_EX, c.F_GETOWN_EX]) {
      expect(native.fcntl(a, command, 0x10000)).toBe(DENIED);
      expect(native.fcntl(a, command, -1)).toBe(DENIED);
      expect(native.fcntl(a, command, 0)).toBe(-c.EFAULT);
    }
    expect(native.fcntl(a, 9999, 0)).toBe(-c.EINVAL);
    expect(native.fcntl(1021, c.F_GETFD, 0)).toBe(-c.EBADF);
    closeAll(a, b);
  });
});

describe('poll', () => {
  it('fills revents and leaves the rest; a negative descriptor is passed over', () => {
    const [a, b] = pair();
    native.send(a, new Uint8Array(1), 0, 1, 0);
    const set = new Int32Array([
      a,
      c.POLLIN,
      99,
      b,
      c.POLLIN | c.POLLOUT,
      99,
      -1,
      c.POLLIN,
      99,
      1021,
      0,
      99,
    ]);
    expect(native.poll(set, 0)).toBe(2);
    expect([...set]).toEqual([
      a,
      c.POLLIN,
      0,
      b,
      c.POLLIN | c.POLLOUT,
      c.POLLIN | c.POLLOUT,
      -1,
      c.POLLIN,
      0,
      1021,
      0,
      c.POLLNVAL,
    ]);
    closeAll(a, b);
  });

  it('waits as long as it is told', () => {
    const start = performance.now();
    expect(native.poll(new Int32Array(0), 60)).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
  });
});
