// A stale owner never closes its successor's descriptor: generations, and the inode behind a number.
import * as fs from 'node:fs';
import { constants as c } from '../../lib/constants';
import { native } from '../../lib/native';

const udp = (): number => native.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0);
/** Whether a descriptor is open: fcntl(F_GETFD). */
const open = (fd: number): boolean => native.fcntl(fd, c.F_GETFD, 0) >= 0;

let before: number;
beforeEach(() => {
  before = native.owned();
});
afterEach(() => expect(native.owned()).toBe(before));

describe('a descriptor that others closed, whose number the package got again', () => {
  /** The stale generation, and the number under which another socket is open now. */
  function reused(): { fd: number; stale: number; fresh: number } {
    const fd = udp();
    const stale = native.generation(fd);
    fs.closeSync(fd);
    const again = udp();
    expect(again).toBe(fd); // the lowest free number: open(2)
    return { fd, stale, fresh: native.generation(fd) };
  }

  it.each(['close', 'release', 'transfer'] as const)('is not touched by a stale %s', (call) => {
    const { fd, stale, fresh } = reused();
    expect(fresh).toBeGreaterThan(stale);
    expect(native[call](fd, stale)).toBe(-c.EBADF);
    expect([open(fd), native.owns(fd)]).toEqual([true, 1]);
    expect(native.close(fd, fresh)).toBe(0);
    expect(open(fd)).toBe(false);
  });

  it.each([
    ['accept4', (l: number) => native.accept4(l, c.SOCK_CLOEXEC, null, null)],
    ['dup', (l: number) => native.dup(l)],
    ['fcntl(F_DUPFD)', (l: number) => native.fcntl(l, c.F_DUPFD_CLOEXEC, 0)],
  ])('by %s', (_, make) => {
    const listener = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
    native.listen(listener, 1);
    const address = new Uint8Array(16);
    native.getsockname(listener, address, new Int32Array([16]));
    address.set([127, 0, 0, 1], 4);
    const client = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
    expect(native.connect(client, address, 16)).toBe(0);
    const fd = native.dup(client);
    const stale = native.generation(fd);
    fs.closeSync(fd);
    expect(make(listener)).toBe(fd);
    expect(native.close(fd, stale)).toBe(-c.EBADF);
    for (const one of [fd, client, listener]) expect(native.close(one)).toBe(0);
  });
});

describe('a descriptor that others closed, and whose number they opened again', () => {
  /** A stale ownership of a number under which a file of somebody else is open now. */
  function taken(): { fd: number; generation: number } {
    const fd = udp();
    const generation = native.generation(fd);
    fs.closeSync(fd);
    expect(fs.openSync('/proc/self/status', 'r')).toBe(fd);
    return { fd, generation };
  }

  it.each(['close', 'release', 'transfer'] as const)('is left alone by %s', (call) => {
    for (const given of ['with its generation', 'without'] as const) {
      const { fd, generation } = taken();
      const result = given === 'without' ? native[call](fd) : native[call](fd, generation);
      expect([given, result]).toEqual([given, -c.EBADF]);
      expect(fs.readFileSync(fd, 'utf8')).toContain('Name:');
      fs.closeSync(fd);
    }
  });

  it('is left alone by dup3, which would replace it', () => {
    const { fd } = taken();
    const from = udp();
    expect(native.dup3(from, fd, 0)).toBe(-c.EBADF);
    expect(fs.readFileSync(fd, 'utf8')).toContain('Name:');
    fs.closeSync(fd);
    native.close(from);
  });

  it('is adopted under a new generation', () => {
    const { fd, generation } = taken();
    expect(native.adopt(fd)).toBe(0);
    expect(native.generation(fd)).toBeGreaterThan(generation);
    expect(native.close(fd, generation)).toBe(-c.EBADF);
    expect(native.close(fd)).toBe(0);
  });

  it('is no longer in transit', () => {
    const fd = udp();
    const ticket = native.transfer(fd);
    fs.closeSync(fd);
    expect(fs.openSync('/dev/null', 'r')).toBe(fd);
    expect(native.redeem(ticket)).toBe(-c.EBADF);
    expect(native.redeem(ticket)).toBe(-c.ENOENT);
    expect(open(fd)).toBe(true);
    fs.closeSync(fd);
  });
});

it('adoption twice keeps the generation, hand-over begins a new one', () => {
  const fd = fs.openSync('/dev/null', 'r');
  expect(native.generation(fd)).toBe(-c.EBADF);
  expect(native.adopt(fd)).toBe(0);
  const generation = native.generation(fd);
  expect(native.adopt(fd)).toBe(0);
  expect(native.generation(fd)).toBe(generation);
  expect(native.redeem(native.transfer(fd, generation))).toBe(fd);
  expect(native.generation(fd)).toBeGreaterThan(generation);
  expect(native.close(fd)).toBe(0);
});
