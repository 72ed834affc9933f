// TCP by the three verbs: accept, connect, recv, send, sendall, shutdown, and what the kernel
// refuses.
import {
  AF_INET,
  AF_INET6,
  create_connection,
  create_server,
  errors,
  isErrno,
  MSG_PEEK,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  type Socket,
  socket,
} from 'bsd-socket';

async function pairOverTcp(): Promise<[Socket, Socket, Socket]> {
  const listener = socket(AF_INET, SOCK_STREAM);
  listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
  listener.bind(['127.0.0.1', 0]).listen(1);
  const client = socket(AF_INET, SOCK_STREAM);
  const [[server]] = await Promise.all([listener.accept(), client.connect(listener.getsockname())]);
  return [listener, client, server];
}

describe('a TCP connection', () => {
  let listener: Socket;
  let client: Socket;
  let server: Socket;
  beforeEach(async () => {
    [listener, client, server] = await pairOverTcp();
  });
  afterEach(() => {
    for (const s of [listener, client, server]) s.close();
  });

  test('carries bytes both ways, and ends with an empty buffer', async () => {
    await client.sendall('hello');
    expect((await server.recv(100)).toString()).toBe('hello');
    expect(await server.send(Buffer.from('world'))).toBe(5);
    expect(client.recvSync(3).toString()).toBe('wor');
    expect(client.tryRecv(100)?.toString()).toBe('ld');
    expect(client.tryRecv(100)).toBeNull();
    client.shutdown(SHUT_WR);
    expect(await server.recv(10)).toHaveLength(0);
  });

  test('names both ends', () => {
    expect(client.getpeername()).toEqual(listener.getsockname());
    expect(client.getsockname()).toEqual(server.getpeername());
    const [host, port] = client.getsockname();
    expect(host).toBe('127.0.0.1');
    expect(port).toBe(client.localAddress?.port);
    expect(listener.remoteAddress).toBeNull();
    expect(() => listener.getpeername()).toThrow(errors.ENOTCONN);
  });

  test('fills a target and leaves the rest of it alone', async () => {
    const target = new Uint8Array(8).fill(7);
    await client.sendall('abc');
    expect(await server.recv(target)).toBe(3);
    expect([...target]).toEqual([97, 98, 99, 7, 7, 7, 7, 7]);
    await client.sendall('xy');
    expect(server.recvSync(target.subarray(6))).toBe(2);
    expect([...target.subarray(6)]).toEqual([120, 121]);
  });

  test('takes flags as a number and as an option', async () => {
    await client.sendall('peek');
    expect((await server.recv(10, MSG_PEEK)).toString()).toBe('peek');
    expect((await server.recv(10, { flags: MSG_PEEK })).toString()).toBe('peek');
    expect((await server.recv(10)).toString()).toBe('peek');
  });

  test('overlapping sendalls never interleave, overlapping recvs resolve in call order', async () => {
    const size = 3_000_000;
    const sends = ['a', 'b', 'c'].map((letter) => client.sendall(Buffer.alloc(size, letter)));
    let received = '';
    while (received.length < 3 * size) received += (await server.recv(1 << 20)).toString('latin1');
    await Promise.all(sends);
    expect(received === 'a'.repeat(size) + 'b'.repeat(size) + 'c'.repeat(size)).toBe(true);
    const reads = [server.recv(1), server.recv(1), server.recv(1)];
    await client.sendall('123');
    expect((await Promise.all(reads)).join('')).toBe('123');
  });

  test('iterates over the chunks until the end', async () => {
    const sending = client.sendall(Buffer.alloc(500_000, 'x')).then(() => client.shutdown(SHUT_WR));
    let total = 0;
    for await (const chunk of server) total += chunk.length;
    await sending;
    expect(total).toBe(500_000);
  });

  test('a reset is a typed error', async () => {
    client.options.SO_LINGER = { onoff: true, linger: 0 };
    const read = server.recv(1);
    client.close();
    await expect(read).rejects.toBeInstanceOf(errors.ECONNRESET);
  });

  test('counts what it does', async () => {
    await client.sendall('12345');
    await server.recv(5);
    expect(server.tryRecv(1)).toBeNull();
    expect(client.stats.bytesWritten).toBe(5);
    expect(server.stats).toMatchObject({ bytesRead: 5, drops: 0 });
    expect(server.stats.eagain).toBeGreaterThan(0);
  });

  test('duplicates share the connection', async () => {
    const copy = server.dup();
    expect(copy.fileno()).not.toBe(server.fileno());
    server.close();
    await client.sendall('still');
    expect((await copy.recv(10)).toString()).toBe('still');
    copy.close();
  });
});

describe('connect', () => {
  test('a refusal names the address, and connect_ex answers its number', async () => {
    const free = socket();
    free.bind(['127.0.0.1', 0]);
    const [, port] = free.getsockname();
    const s = socket();
    const refusal = await s.connect(['127.0.0.1', port]).catch((e) => e);
    expect(refusal).toBeInstanceOf(errors.ECONNREFUSED);
    expect(refusal).toMatchObject({
      code: 'ECONNREFUSED',
      errno: -111,
      syscall: 'connect',
      isConnection: true,
    });
    expect(refusal.address).toMatchObject({ address: '127.0.0.1', port });
    expect(await s.connect_ex(['127.0.0.1', port])).toBe(111);
    expect(s.connect_exSync(['127.0.0.1', port])).toBe(111);
    expect(() => s.connectSync(['127.0.0.1', port])).toThrow(errors.ECONNREFUSED);
    s.close();
    free.close();
  });

  test('a non-blocking connect answers EINPROGRESS, as in C', () => {
    const listener = create_server(['127.0.0.1', 0]);
    const s = socket();
    s.setblocking(0);
    const first = s.connect_exSync(listener.getsockname());
    expect([0, 115]).toContain(first);
    s.close();
    const again = socket();
    again.settimeout(0);
    try {
      again.connectSync(listener.getsockname());
    } catch (e) {
      expect(isErrno(e, 'EINPROGRESS') && e.isBlocking).toBe(true);
    }
    again.close();
    listener.close();
  });

  test('looks names up', async () => {
    const listener = create_server(['localhost', 0], { family: AF_INET });
    const s = socket();
    await s.connect(['localhost', listener.getsockname().port]);
    expect(s.getpeername().address).toBe('127.0.0.1');
    s.close();
    listener.close();
  });

  test('twice is EISCONN, and on a listener EISCONN or EINVAL stays typed', async () => {
    const listener = create_server(['127.0.0.1', 0]);
    const s = socket();
    await s.connect(listener.getsockname() as never);
    await expect(s.connect(listener.getsockname() as never)).rejects.toMatchObject({
      code: 'EISCONN',
    });
    s.close();
    listener.close();
  });
});

describe('create_server and create_connection', () => {
  test('serve both families on one socket', async () => {
    const listener = create_server(['', 0], { dualstack: true });
    expect(listener.family).toBe(AF_INET6);
    const { port } = listener.getsockname();
    for (const host of ['127.0.0.1', '::1', 'localhost']) {
      const client = await create_connection([host, port]);
      const [conn, from] = await listener.accept();
      await client.sendall(host);
      expect((await conn.recv(100)).toString()).toBe(host);
      expect(from.port).toBe(client.getsockname().port);
      client.close();
      conn.close();
    }
    listener.close();
  });

  test('try every address of a name', async () => {
    // localhost is ::1 too where /etc/hosts says so
    const listener = create_server(['127.0.0.1', 0]);
    const client = await create_connection(['localhost', listener.getsockname().port], {
      options: { TCP_NODELAY: true },
    });
    expect(client.options.TCP_NODELAY).toBe(true);
    client.close();
    listener.close();
  });

  test('bind the source first', async () => {
    const listener = create_server(['127.0.0.1', 0]);
    const client = await create_connection(['127.0.0.1', listener.getsockname().port], {
      source: ['127.0.0.9', 0],
    });
    expect(client.getsockname().address).toBe('127.0.0.9');
    client.close();
    listener.close();
  });

  test('refuse what is taken', () => {
    const listener = create_server(['127.0.0.1', 0]);
    const address = listener.getsockname();
    const failure = (() => {
      try {
        create_server([address.address, address.port]);
      } catch (e) {
        return e as Error & { hint?: string };
      }
    })();
    expect(failure).toBeInstanceOf(errors.EADDRINUSE);
    expect(failure?.hint).toMatch(/SO_REUSEADDR|ss /);
    listener.close();
  });

  test('connections() passes over aborted ones and ends when the listener closes', async () => {
    const listener = create_server(['127.0.0.1', 0]);
    const seen: number[] = [];
    const serving = (async () => {
      for await (const [conn, address] of listener.connections()) {
        seen.push(address.port);
        conn.close();
        if (seen.length === 3) listener.close();
      }
    })();
    for (let i = 0; i < 3; i++)
      (await create_connection(['127.0.0.1', listener.getsockname().port])).close();
    await serving;
    expect(new Set(seen).size).toBe(3);
  });
});
