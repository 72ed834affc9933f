// What moves: bytes that stay where they belong, memory that TCP only claims to have filled, and
// calls that a signal cuts short.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { constants as c, constants } from '../../lib/constants';
import { native } from '../../lib/native';
import { itNeeds, root, run, temporaryFolder } from '../tools';

const opened: number[] = [];
afterEach(() => {
  for (const fd of opened.splice(0)) native.close(fd);
});

function tcp(): [client: number, server: number] {
  const listener = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
  const address = Uint8Array.from([2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  native.bind(listener, address, 16);
  native.getsockname(listener, address, new Int32Array([16]));
  native.listen(listener, 1);
  const client = native.socket(c.AF_INET, c.SOCK_STREAM, 0);
  expect(native.connect(client, address, 16)).toBe(0);
  const server = native.accept4(listener, c.SOCK_NONBLOCK, null, null);
  opened.push(listener, client, server);
  return [client, server];
}

describe('TCP with MSG_TRUNC, which reports bytes that it never wrote', () => {
  const text = Buffer.from('0123456789');
  const secret = () => new Uint8Array(16).fill(0x53);

  it.each([
    ['recv', (fd: number, buf: Uint8Array) => native.recv(fd, buf, 2, 8, c.MSG_TRUNC)],
    [
      'recvfrom',
      (fd: number, buf: Uint8Array) => native.recvfrom(fd, buf, 2, 8, c.MSG_TRUNC, null, null),
    ],
    [
      'recvmsg',
      (fd: number, buf: Uint8Array) =>
        native.recvmsg(
          fd,
          [buf.subarray(2, 6), buf.subarray(6, 10)],
          null,
          null,
          new Int32Array(3),
          c.MSG_TRUNC,
        ),
    ],
    [
      'recvmmsg',
      (fd: number, buf: Uint8Array) =>
        native.recvmmsg(
          fd,
          [[[buf.subarray(2, 10)], null, null]],
          new Int32Array(4),
          c.MSG_TRUNC,
          -1,
          0,
        ) === 1
          ? 8
          : -1,
    ],
  ])('%s finds zeros, not what stood there, and nothing around them changed', (_, receive) => {
    const [client, server] = tcp();
    native.send(client, text, 0, 10, 0);
    native.poll(new Int32Array([server, c.POLLIN, 0]), 1000);
    const buffer = secret();
    expect(receive(server, buffer)).toBe(8);
    expect([...buffer]).toEqual([
      0x53, 0x53, 0, 0, 0, 0, 0, 0, 0, 0, 0x53, 0x53, 0x53, 0x53, 0x53, 0x53,
    ]);
  });
});

it("the kernel's number comes through, also where it exceeds the buffer", () => {
  const fds = new Int32Array(2);
  native.socketpair(c.AF_UNIX, c.SOCK_DGRAM | c.SOCK_NONBLOCK, 0, fds);
  opened.push(...fds);
  native.send(fds[0]!, new Uint8Array(1000).fill(7), 0, 1000, 0);
  const buffer = new Uint8Array(12);
  expect(native.recv(fds[1]!, buffer, 4, 4, c.MSG_TRUNC)).toBe(1000);
  expect([...buffer]).toEqual([0, 0, 0, 0, 7, 7, 7, 7, 0, 0, 0, 0]);
});

it("sendfile sends the part it is told, and answers the kernel's EINVAL and EBADF", () => {
  const [client, server] = tcp();
  const file = fs.openSync(path.join(root, 'package.json'), 'r');
  const text = fs.readFileSync(path.join(root, 'package.json'));
  expect(native.sendfile(client, file, 10, 100)).toBe(100);
  native.poll(new Int32Array([server, c.POLLIN, 0]), 1000);
  const got = Buffer.alloc(200);
  expect(native.recv(server, got, 0, 200, 0)).toBe(100);
  expect(got.subarray(0, 100)).toEqual(text.subarray(10, 110));
  expect(native.sendfile(client, file, -1, 100)).toBe(-c.EINVAL);
  expect(native.sendfile(client, 1021, 0, 100)).toBe(-c.EBADF);
  expect(native.sendfile(client, file, Number.MAX_SAFE_INTEGER, 100)).toBeLessThanOrEqual(0);
  fs.closeSync(file);
});

describe('many messages', () => {
  it('recvmmsg with a timeout comes back, and one message in error hides behind those before it', () => {
    const fds = new Int32Array(2);
    native.socketpair(c.AF_UNIX, c.SOCK_DGRAM | c.SOCK_NONBLOCK, 0, fds);
    opened.push(...fds);
    const heads = new Int32Array(8);
    const fine = [[new Uint8Array([1, 2])], null, null] as const;
    const nowhere = [[new Uint8Array(1)], Uint8Array.from([1, 0, 0, 65]), null] as const;
    heads[5] = 4; // a name for the second
    expect(native.sendmmsg(fds[0]!, [fine, nowhere], heads, 0)).toBe(1);
    expect(heads[0]).toBe(2);
    const rooms = [new Uint8Array(4), new Uint8Array(4)];
    const got = new Int32Array(8);
    expect(
      native.recvmmsg(
        fds[1]!,
        rooms.map((room) => [[room], null, null] as const),
        got,
        0,
        0,
        0,
      ),
    ).toBe(1);
    expect([got[0], ...(rooms[0] as Uint8Array)]).toEqual([2, 1, 2, 0, 0]);
    expect(native.recvmmsg(fds[1]!, [], new Int32Array(0), 0, -1, 0)).toBe(0);
    expect(
      native.recvmmsg(
        fds[1]!,
        rooms.map((room) => [[room], null, null] as const),
        got,
        0,
        0,
        2_000_000_000,
      ),
    ).toBe(-c.EINVAL);
  });
});

describe('EINTR', () => {
  // strace makes the kernel answer what a signal would, at the calls of its choice.
  const inject = async (
    call: string,
    when: string,
    code: string,
    error = 'EINTR',
    more: readonly string[] = [],
  ) => {
    const head = `const native=require(${JSON.stringify(path.join(root, 'build/Release/bsd_socket.node'))});const c=${JSON.stringify(constants)};
      const fds=new Int32Array(2);native.socketpair(c.AF_UNIX,c.SOCK_DGRAM|c.SOCK_NONBLOCK,0,fds);const[a,b]=fds;const bytes=new Uint8Array(8);`;
    const rule = `inject=${call}:error=${error}:when=${when}`;
    const { stdout } = await run(
      'strace',
      [
        '-f',
        '-qq',
        ...more,
        '-o',
        '/dev/null',
        '-e',
        `trace=${call}`,
        '-e',
        rule,
        process.execPath,
        '-e',
        head + code,
      ],
      {
        timeoutMs: 18_000,
      },
    );
    return stdout.trim();
  };

  itNeeds('strace')('is restarted by recv, unseen', async () => {
    expect(
      await inject(
        'recvfrom',
        '1..3',
        'native.send(a,bytes,0,8,0);console.log(native.recv(b,bytes,0,8,0),native.recv(b,bytes,0,8,0))',
      ),
    ).toBe('8 -11');
  });

  itNeeds('strace')('is restarted by sendmsg and setsockopt', async () => {
    expect(
      await inject('sendmsg', '1..2', 'console.log(native.sendmsg(a,[bytes],null,0,null,0,0,0))'),
    ).toBe('8');
    expect(
      await inject(
        'setsockopt',
        '1',
        'console.log(native.setsockopt_int(a,c.SOL_SOCKET,c.SO_RCVBUF,9999))',
      ),
    ).toBe('0');
  });

  itNeeds('strace')(
    'is not restarted by connect, nor by close, whose descriptor is gone',
    async () => {
      expect(
        await inject('connect', '1', 'console.log(native.connect(a,Uint8Array.from([1,0]),2))'),
      ).toBe('-4');
      const file = path.join(temporaryFolder(), 'closed');
      const code = `const fd=require('fs').openSync(${JSON.stringify(file)},'w');native.adopt(fd);console.log(native.close(fd),native.owns(fd),native.close(fd))`;
      expect(await inject('close', '1', code, 'EINTR', ['-P', file])).toBe('-4 0 -9');
    },
  );

  itNeeds('strace')('other errors come through as they are', async () => {
    for (const [error, number] of [
      ['ENOBUFS', -105],
      ['ENETDOWN', -100],
      ['EPERM', -1],
    ] as const)
      expect(await inject('sendto', '1', 'console.log(native.send(a,bytes,0,8,0))', error)).toBe(
        String(number),
      );
  });
});
