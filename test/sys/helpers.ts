// What the tests of layer 0 share: sockaddrs made by hand, and descriptors that are closed after
// each test.
import * as sys from 'bsd-socket/sys';

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys.constants;

const open: number[] = [];

/** Remembers a descriptor for closeAll, after checking that there is one. */
export function kept(fd: number): number {
  expect(fd).toBeGreaterThanOrEqual(0);
  open.push(fd);
  return fd;
}

export function closeAll(): void {
  for (const fd of open.splice(0)) sys.close(fd);
}

/** sockaddr_in of 127.0.0.1. */
export function loopback(port: number): Buffer {
  const sockaddr = sys.structs.sockaddr_in.pack({
    sin_family: AF_INET,
    sin_addr: Buffer.from([127, 0, 0, 1]),
  });
  sockaddr.writeUInt16BE(port, sys.structs.sockaddr_in.offsets.sin_port);
  return sockaddr;
}

export function nameOf(fd: number, call = sys.getsockname): Buffer {
  const sockaddr = Buffer.alloc(128);
  const addrlen = Int32Array.of(128);
  expect(call(fd, sockaddr, addrlen)).toBe(0);
  return sockaddr.subarray(0, addrlen[0]);
}

/** A blocking UDP socket on 127.0.0.1 and its sockaddr. */
export function udp(): [fd: number, sockaddr: Buffer] {
  const fd = kept(sys.socket(AF_INET, SOCK_DGRAM, 0));
  expect(sys.bind(fd, loopback(0))).toBe(0);
  return [fd, nameOf(fd)];
}

/** A TCP connection over loopback. */
export function tcp(): [client: number, server: number] {
  const listener = kept(sys.socket(AF_INET, SOCK_STREAM, 0));
  expect(sys.bind(listener, loopback(0))).toBe(0);
  expect(sys.listen(listener, 1)).toBe(0);
  const client = kept(sys.socket(AF_INET, SOCK_STREAM, 0));
  expect(sys.connect(client, nameOf(listener))).toBe(0);
  return [client, kept(sys.accept4(listener, 0))];
}

export function pair(type = SOCK_STREAM): [number, number] {
  const fds = new Int32Array(2);
  expect(sys.socketpair(AF_UNIX, type, 0, fds)).toBe(0);
  return [kept(fds[0]), kept(fds[1])];
}

/** One struct cmsghdr block of SCM_RIGHTS. */
export function rights(...fds: number[]): Buffer {
  const { SOL_SOCKET, SCM_RIGHTS } = sys.constants;
  const block = Buffer.alloc(16 + ((fds.length * 4 + 7) & ~7));
  block.writeBigUInt64LE(BigInt(16 + fds.length * 4));
  block.writeInt32LE(SOL_SOCKET, 8);
  block.writeInt32LE(SCM_RIGHTS, 12);
  for (const [i, fd] of fds.entries()) block.writeInt32LE(fd, 16 + i * 4);
  return block;
}
