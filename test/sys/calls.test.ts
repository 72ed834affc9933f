// Each call of layer 0 does its work on the real kernel, and tells a refusal as -errno.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as sys from 'bsd-socket/sys';
import { closeAll, kept, loopback, nameOf, pair, tcp, udp } from './helpers';

const C = sys.constants;
afterEach(closeAll);

describe('sockets and their names', () => {
  test('socket blocks and is inheritable unless its type says otherwise', () => {
    const plain = kept(sys.socket(C.AF_INET, C.SOCK_STREAM, 0));
    expect(sys.fcntl(plain, C.F_GETFD, 0)).toBe(0);
    expect(sys.fcntl(plain, C.F_GETFL, 0) & fs.constants.O_NONBLOCK).toBe(0);
    const flagged = kept(
      sys.socket(C.AF_INET, C.SOCK_STREAM | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK, 0),
    );
    expect(sys.fcntl(flagged, C.F_GETFD, 0)).toBe(1);
    expect(sys.fcntl(flagged, C.F_GETFL, 0) & fs.constants.O_NONBLOCK).toBe(
      fs.constants.O_NONBLOCK,
    );
    expect(sys.socket(C.AF_INET, 75, 0)).toBe(-C.EINVAL);
    expect(sys.socket(999, C.SOCK_STREAM, 0)).toBe(-C.EAFNOSUPPORT);
  });

  test('a TCP connection from listen to shutdown', () => {
    const [client, server] = tcp();
    expect(nameOf(client, sys.getpeername)).toEqual(nameOf(server));
    expect(sys.send(client, Buffer.from('hello'), 0)).toBe(5);
    const buffer = new Uint8Array(16);
    expect(sys.recv(server, buffer, 0)).toBe(5);
    expect(Buffer.from(buffer.subarray(0, 5)).toString()).toBe('hello');
    expect(sys.shutdown(client, C.SHUT_WR)).toBe(0);
    expect(sys.recv(server, buffer, 0)).toBe(0);
    expect(sys.send(client, buffer, C.MSG_NOSIGNAL)).toBe(-C.EPIPE);
  });

  test('addrlen says the room, and then what the kernel reported', () => {
    const [fd, sockaddr] = udp();
    const short = Buffer.alloc(4);
    const addrlen = Int32Array.of(4);
    expect(sys.getsockname(fd, short, addrlen)).toBe(0);
    expect(addrlen[0]).toBe(16);
    expect(short).toEqual(sockaddr.subarray(0, 4));
    addrlen[0] = -1;
    expect(sys.getsockname(fd, short, addrlen)).toBe(-C.EINVAL);
    expect(sys.getsockname(fd, null, Int32Array.of(16))).toBe(-C.EFAULT);
    expect(sys.getsockname(fd, short, null)).toBe(-C.EFAULT);
  });

  test('room that is said to be more than there is stays untouched behind the bytes', () => {
    const [fd] = udp();
    const memory = Buffer.alloc(64, 0xee);
    expect(sys.getsockname(fd, memory.subarray(0, 4), Int32Array.of(64))).toBe(0);
    expect(memory.subarray(4)).toEqual(Buffer.alloc(60, 0xee));
  });

  test('an address may be null, shorter or longer than its length', () => {
    const fd = kept(sys.socket(C.AF_INET, C.SOCK_DGRAM, 0));
    expect(sys.bind(fd, null)).toBe(-C.EINVAL);
    expect(sys.bind(fd, null, 16)).toBe(-C.EFAULT);
    expect(sys.bind(fd, loopback(0), 3)).toBe(-C.EINVAL);
    expect(sys.bind(fd, loopback(0), -1)).toBe(-C.EINVAL);
    expect(sys.bind(fd, loopback(0), 129)).toBe(-C.EINVAL);
    expect(sys.bind(fd, loopback(0).subarray(0, 8), 16)).toBe(0);
  });

  test('accept4 answers without an address, with one, and with a short one', () => {
    const listener = kept(sys.socket(C.AF_INET, C.SOCK_STREAM, 0));
    expect(sys.bind(listener, loopback(0))).toBe(0);
    expect(sys.listen(listener, 3)).toBe(0);
    const clients = [0, 1].map(() => kept(sys.socket(C.AF_INET, C.SOCK_STREAM, 0)));
    for (const client of clients) expect(sys.connect(client, nameOf(listener))).toBe(0);
    expect(sys.fcntl(kept(sys.accept4(listener, C.SOCK_CLOEXEC, null, null)), C.F_GETFD, 0)).toBe(
      1,
    );
    const sockaddr = Buffer.alloc(128);
    const addrlen = Int32Array.of(8);
    kept(sys.accept4(listener, 0, sockaddr, addrlen));
    expect(addrlen[0]).toBe(16);
    expect(sockaddr.subarray(0, 8)).toEqual(nameOf(clients[1]).subarray(0, 8));
    expect(sockaddr.subarray(8)).toEqual(Buffer.alloc(120));
  });

  test('dup shares, dup3 replaces, pipe2 is two files', () => {
    const [a, b] = pair();
    const copy = kept(sys.dup(a));
    expect(sys.close(a)).toBe(0);
    expect(sys.send(copy, Buffer.from('x'), 0)).toBe(1);
    const other = kept(sys.socket(C.AF_INET, C.SOCK_DGRAM, 0));
    expect(sys.dup3(copy, other, fs.constants.O_NONBLOCK)).toBe(-C.EINVAL);
    expect(sys.dup3(copy, other, 0)).toBe(other);
    expect(sys.send(other, Buffer.from('y'), 0)).toBe(1);
    const bytes = Buffer.alloc(4);
    expect(sys.recv(b, bytes, 0)).toBe(2);
    const fds = new Int32Array(2);
    expect(sys.pipe2(fds, 0)).toBe(0);
    const [reading, writing] = [kept(fds[0]), kept(fds[1])];
    fs.writeSync(writing, 'through');
    expect(fs.readSync(reading, bytes)).toBe(4);
    expect(sys.recv(reading, bytes, 0)).toBe(-C.ENOTSOCK);
  });
});

describe('data', () => {
  test('recvfrom and sendto carry addresses', () => {
    const [a, nameA] = udp();
    const [b, nameB] = udp();
    expect(sys.sendto(a, Buffer.from('ping'), 0, nameB)).toBe(4);
    const [bytes, sockaddr, addrlen] = [Buffer.alloc(8), Buffer.alloc(128), Int32Array.of(128)];
    expect(sys.recvfrom(b, bytes, 0, sockaddr, addrlen)).toBe(4);
    expect(sockaddr.subarray(0, addrlen[0])).toEqual(nameA);
    expect(sys.sendto(a, bytes, 0, nameB, -1)).toBe(-C.EINVAL);
    expect(sys.sendto(a, bytes, 0)).toBe(-C.EDESTADDRREQ);
    expect(sys.sendto(a, Buffer.alloc(0), 0, nameB)).toBe(0);
    expect(sys.recvfrom(b, bytes, 0)).toBe(0);
  });

  test('with MSG_TRUNC the answer may exceed the buffer', () => {
    const [a, b] = pair(C.SOCK_DGRAM);
    expect(sys.send(a, Buffer.from('0123456789'), 0)).toBe(10);
    const memory = Buffer.alloc(8, 0xee);
    expect(sys.recv(b, memory.subarray(0, 4), C.MSG_PEEK | C.MSG_TRUNC)).toBe(10);
    expect(sys.recv(b, memory.subarray(0, 4), 0)).toBe(4);
    expect(memory.toString('latin1')).toBe('0123\xee\xee\xee\xee');
  });

  test('every kind of bytes is read and written in place', () => {
    const [a, b] = pair(C.SOCK_DGRAM);
    const shapes = [
      (n: number) => Buffer.alloc(n),
      (n: number) => new Uint8Array(n),
      (n: number) => new Float64Array(n / 8),
      (n: number) => new DataView(new ArrayBuffer(n)),
      (n: number) => new ArrayBuffer(n),
      (n: number) => new SharedArrayBuffer(n),
    ];
    for (const make of shapes) {
      expect(sys.send(a, Buffer.from('12345678'), 0)).toBe(8);
      const target = make(8);
      expect(sys.recv(b, target, 0)).toBe(8);
      expect(sys.send(b, target, 0)).toBe(8);
      const back = Buffer.alloc(8);
      expect(sys.recv(a, back, 0)).toBe(8);
      expect(back.toString()).toBe('12345678');
    }
  });

  test('sendfile leaves the position of the file where it was', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sys-')), 'data');
    fs.writeFileSync(file, 'abcdefgh');
    const input = fs.openSync(file, 'r');
    const [a, b] = pair();
    expect(sys.sendfile(a, input, 2, 4)).toBe(4);
    const bytes = Buffer.alloc(8);
    expect(sys.recv(b, bytes, 0)).toBe(4);
    expect(bytes.toString('latin1', 0, 4)).toBe('cdef');
    fs.readSync(input, bytes, 0, 1, null);
    expect(bytes.toString('latin1', 0, 1)).toBe('a');
    fs.closeSync(input);
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  test('poll says what is ready, by triple', () => {
    const [a, b] = pair();
    const fds = Int32Array.of(a, C.POLLIN | C.POLLOUT, 0, b, C.POLLIN, 0);
    expect(sys.poll(fds, 0)).toBe(1);
    expect(fds[2]).toBe(C.POLLOUT);
    sys.send(a, Buffer.from('x'), 0);
    expect(sys.poll(fds, 1000)).toBe(2);
    expect(fds[5]).toBe(C.POLLIN);
    expect(sys.poll(new Int32Array(0), 0)).toBe(0);
  });
});

describe('blocking descriptors', () => {
  const milliseconds = (ms: number) =>
    Buffer.from(BigInt64Array.of(BigInt(Math.trunc(ms / 1000)), BigInt((ms % 1000) * 1000)).buffer);

  test.each(['SO_RCVTIMEO', 'SO_SNDTIMEO'] as const)('%s ends the wait', (name) => {
    const [a] = pair();
    expect(sys.setsockopt(a, C.SOL_SOCKET, C[name], milliseconds(80))).toBe(0);
    const bytes = Buffer.alloc(65536);
    const started = performance.now();
    if (name === 'SO_RCVTIMEO') expect(sys.recv(a, bytes, 0)).toBe(-C.EAGAIN);
    else while (sys.send(a, bytes, 0) > 0);
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  test('recv waits for what another process sends', () => {
    const [fd, sockaddr] = udp();
    const { spawn } = require('node:child_process') as typeof import('node:child_process');
    const send = `setTimeout(() => require('dgram').createSocket('udp4').send('late', ${sockaddr.readUInt16BE(2)}, '127.0.0.1', function () { this.close(); }), 50)`;
    const child = spawn(process.execPath, ['-e', send], { stdio: 'ignore' });
    expect(sys.setsockopt(fd, C.SOL_SOCKET, C.SO_RCVTIMEO, milliseconds(10_000))).toBe(0);
    const bytes = Buffer.alloc(8);
    expect(sys.recv(fd, bytes, 0)).toBe(4);
    expect(bytes.toString('latin1', 0, 4)).toBe('late');
    return new Promise((resolve) => child.on('exit', resolve));
  });
});

describe('options', () => {
  test('what is set is read back', () => {
    const [fd] = udp();
    const value = Buffer.alloc(4);
    value.writeInt32LE(6);
    expect(sys.setsockopt(fd, C.SOL_SOCKET, C.SO_PRIORITY, value)).toBe(0);
    const back = Buffer.alloc(4);
    expect(sys.getsockopt(fd, C.SOL_SOCKET, C.SO_PRIORITY, back)).toBe(4);
    expect(back.readInt32LE()).toBe(6);
    expect(sys.setsockopt(fd, C.SOL_SOCKET, C.SO_TYPE, value)).toBe(-C.ENOPROTOOPT);
    expect(sys.setsockopt(-1, C.SOL_SOCKET, C.SO_PRIORITY, value)).toBe(-C.EBADF);
  });

  test('optlen is what the kernel is told, whatever the bytes are', () => {
    const [fd] = udp();
    const { SOL_SOCKET, SO_KEEPALIVE, SO_OOBINLINE, SO_TYPE } = C;
    const one = Buffer.from([1, 0, 0, 0]);
    expect(sys.setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, one, 3)).toBe(-C.EINVAL);
    expect(sys.setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, one, -1)).toBe(-C.EINVAL);
    expect(sys.setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, null, 4)).toBe(-C.EFAULT);
    expect(sys.setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, one.subarray(0, 1), 4)).toBe(0);
    const memory = Buffer.alloc(16, 0xee);
    expect(sys.getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, memory.subarray(0, 4), 16)).toBe(4);
    expect(memory).toEqual(Buffer.concat([one, Buffer.alloc(12, 0xee)]));
    expect(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, memory.subarray(0, 2))).toBe(2);
    expect(memory.readUInt16LE()).toBe(C.SOCK_DGRAM);
    expect(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, memory, -1)).toBe(-C.EINVAL);
    expect(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, memory, null)).toBe(-C.EFAULT);
    expect(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, null, 4)).toBe(-C.EFAULT);
  });

  test('a negative length that the kernel takes for a large one writes only into the bytes', () => {
    const [client] = tcp();
    const memory = Buffer.alloc(16, 0xee);
    const result = sys.getsockopt(client, C.IPPROTO_TCP, C.TCP_INFO, memory.subarray(0, 8), -1);
    expect(result === -C.EINVAL || result > 100).toBe(true);
    expect(memory.subarray(8)).toEqual(Buffer.alloc(8, 0xee));
  });

  test('a BPF program goes in and comes out by its typed forms', () => {
    const [a, name] = udp();
    const [b] = udp();
    const nothing = sys.structs.sock_filter.pack({ code: C.BPF_RET | C.BPF_K, k: 0 });
    expect(sys.attach_filter(a, C.SOL_SOCKET, C.SO_ATTACH_FILTER, nothing)).toBe(0);
    expect(sys.sendto(b, Buffer.from('x'), 0, name)).toBe(1);
    expect(sys.recv(a, Buffer.alloc(4), C.MSG_DONTWAIT)).toBe(-C.EAGAIN);
    expect(sys.get_filter(a, null)).toBe(1);
    const back = Buffer.alloc(8);
    expect(sys.get_filter(a, back)).toBe(1);
    expect(back).toEqual(nothing);
    expect(sys.attach_filter(a, C.SOL_SOCKET, C.SO_ATTACH_FILTER, nothing, 0)).toBe(-C.EINVAL);
    expect(sys.attach_filter(a, C.SOL_SOCKET, C.SO_ATTACH_FILTER, Buffer.alloc(8, 0xff))).toBe(
      -C.EINVAL,
    );
    expect(sys.attach_filter(a, C.SOL_SOCKET, C.SO_ATTACH_FILTER, null, 1)).toBe(-C.EINVAL);
    expect(sys.setsockopt(a, C.SOL_SOCKET, C.SO_DETACH_FILTER, Buffer.alloc(4))).toBe(0);
    expect(sys.get_filter(a, null)).toBe(0);
  });
});

describe('NULL in place of a buffer', () => {
  test("is the kernel's to judge, with the length that it claims", () => {
    const [fd, name] = udp();
    const [other] = udp();
    expect(sys.sendto(other, null, 0, name, name.length, 1)).toBe(-C.EFAULT);
    expect(sys.sendto(other, null, 0, name, name.length, 0)).toBe(0);
    expect(sys.recv(fd, null, 0, 10)).toBe(0);
    sys.sendto(other, Buffer.from('x'), 0, name);
    expect(sys.recvfrom(fd, null, C.MSG_DONTWAIT, null, null, 10)).toBe(-C.EFAULT);
    expect(sys.sendmsg(other, { name, iov: [Buffer.from('a'), { base: null, len: 1 }] }, 0)).toBe(
      -C.EFAULT,
    );
    expect(sys.sendmsg(other, { name, iov: [Buffer.from('a'), { base: null, len: 0 }] }, 0)).toBe(
      1,
    );
    expect(sys.recvmsg(fd, { iov: [{ base: null, len: 4 }] }, C.MSG_DONTWAIT | C.MSG_TRUNC)).toBe(
      -C.EFAULT,
    );
    expect(sys.sendmsg(other, null, 0)).toBe(-C.EFAULT);
    expect(sys.recvmsg(fd, null, C.MSG_DONTWAIT)).toBe(-C.EFAULT);
    expect(sys.setsockopt(fd, C.SOL_SOCKET, C.SO_ATTACH_FILTER, null, 16)).toBe(-C.EFAULT);
  });

  test('throws bytes of a stream away with MSG_TRUNC', () => {
    const [a, b] = tcp();
    expect(sys.send(a, Buffer.from('abcdef'), 0)).toBe(6);
    expect(sys.recv(b, null, C.MSG_TRUNC | C.MSG_WAITALL, 4)).toBe(4);
    const rest = Buffer.alloc(8);
    expect(sys.recv(b, rest, 0)).toBe(2);
    expect(rest.toString('latin1', 0, 2)).toBe('ef');
  });

  test('needs a length; bytes have one, and may be cut', () => {
    const [fd, name] = udp();
    expect(() => sys.recv(fd, null, 0)).toThrow(
      'recv: buf must be bytes: a Buffer, TypedArray, DataView or ArrayBuffer, or null with a len, not null',
    );
    expect(() => sys.send(fd, Buffer.alloc(4), 0, 5)).toThrow(
      'send: len must be an integer of 0 ... the length of buf, not 5',
    );
    expect(() => sys.recv(fd, Buffer.alloc(4), 0, -1)).toThrow(RangeError);
    expect(() => sys.sendmsg(fd, { iov: [null as never] }, 0)).toThrow(
      /sendmsg: msg\.iov\[0\] must be/,
    );
    expect(() => sys.sendmsg(fd, { iov: [{ base: null } as never] }, 0)).toThrow(
      /sendmsg: msg\.iov\[0\]\.len must be/,
    );
    expect(sys.sendto(fd, Buffer.from('abc'), 0, name, undefined, 2)).toBe(2);
    const got = Buffer.alloc(8);
    expect(sys.recv(fd, got, 0, 1)).toBe(1);
    expect(got.toString('latin1')).toBe('a\0\0\0\0\0\0\0');
  });
});

describe('fcntl and ioctl', () => {
  test('ioctl with NULL asks for any request: no memory, no harm', () => {
    const [fd] = udp();
    expect(sys.ioctl(fd, 0x5401, null)).toBe(-C.ENOTTY); // TCGETS
    expect(sys.ioctl(fd, C.SIOCGIFINDEX, null)).toBe(-C.EFAULT);
    expect(() => sys.ioctl(fd, 0x5401, Buffer.alloc(64))).toThrow(/is known to be flat/);
  });

  test('ioctl SIOCGIFCONF says how long the list is, and takes no pointer', () => {
    const [fd] = udp();
    const list = Buffer.alloc(16);
    expect(sys.ioctl(fd, C.SIOCGIFCONF, list)).toBe(0);
    expect(list.readInt32LE() % 40).toBe(0);
    list.writeBigUInt64LE(4096n, 8);
    expect(() => sys.ioctl(fd, C.SIOCGIFCONF, list)).toThrow(TypeError);
  });

  test('fcntl F_DUPFD answers an owned descriptor', () => {
    const [fd] = udp();
    const copy = kept(sys.fcntl(fd, C.F_DUPFD_CLOEXEC, 100));
    expect(copy).toBeGreaterThanOrEqual(100);
    expect(sys.owns(copy)).toBe(1);
    expect(sys.fcntl(1021, C.F_GETFD, 0)).toBe(-C.EBADF);
  });

  test('ioctl reads and writes flat arguments', () => {
    const [fd, name] = udp();
    const [other] = udp();
    sys.sendto(other, Buffer.from('12345'), 0, name);
    const bytes = Buffer.alloc(4);
    expect(sys.ioctl(fd, C.FIONREAD, bytes)).toBe(0);
    expect(bytes.readInt32LE()).toBe(5);
    const request = Buffer.alloc(40);
    request.write('lo');
    expect(sys.ioctl(fd, C.SIOCGIFINDEX, request)).toBe(0);
    expect(request.readInt32LE(16)).toBe(sys.if_nametoindex('lo'));
    request.fill(0).write('nope0');
    expect(sys.ioctl(fd, C.SIOCGIFINDEX, request)).toBe(-C.ENODEV);
  });
});

describe('names', () => {
  test('interfaces by name, by index and as records', () => {
    const index = sys.if_nametoindex('lo');
    const name = Buffer.alloc(16);
    expect(sys.if_indextoname(index, name)).toBe(2);
    expect(name.toString('latin1', 0, 2)).toBe('lo');
    expect(sys.if_nametoindex('nope0')).toBe(-C.ENODEV);
    const size = sys.getifaddrs(Buffer.alloc(0));
    const records = Buffer.alloc(size + 4096);
    expect(sys.getifaddrs(records)).toBeGreaterThanOrEqual(32);
    expect(records.readUInt32LE(0) % 8).toBe(0);
  });

  test('getaddrinfo and getnameinfo answer bytes', () => {
    const out = Buffer.alloc(1024);
    const length = sys.getaddrinfo(
      '127.0.0.1',
      '80',
      C.AI_NUMERICHOST,
      C.AF_INET,
      C.SOCK_STREAM,
      0,
      out,
    );
    expect(length).toBeGreaterThan(0);
    expect(out.readInt32LE(8)).toBe(C.AF_INET);
    expect(out.subarray(28, 28 + 8)).toEqual(loopback(80).subarray(0, 8));
    expect(
      sys.getaddrinfo(
        '127.0.0.1',
        '80',
        C.AI_NUMERICHOST,
        C.AF_INET,
        C.SOCK_STREAM,
        0,
        Buffer.alloc(0),
      ),
    ).toBe(length);
    expect(sys.getaddrinfo('not numeric', null, C.AI_NUMERICHOST, 0, 0, 0, out)).toBe(
      sys.GAI_FAILURE + C.EAI_NONAME,
    );
    const names = sys.getnameinfo(loopback(80), C.NI_NUMERICHOST | C.NI_NUMERICSERV, out);
    expect(out.toString('latin1', 0, names)).toBe('127.0.0.1\x0080\0');
  });

  test('services and protocols', () => {
    const out = Buffer.alloc(64);
    expect(sys.getprotobyname('tcp')).toBe(6);
    expect(sys.getprotobyname('no such')).toBe(-C.ENOENT);
    const port = sys.getservbyname('http', 'tcp');
    expect(port).toBe(80);
    expect(out.toString('latin1', 0, sys.getservbyport(80, 'tcp', out))).toBe('http');
    expect(sys.getservbyname('no such')).toBe(-C.ENOENT);
  });
});
