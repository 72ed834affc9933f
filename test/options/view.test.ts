// sock.options: properties, set, get, supports, dump; and the bag of the constructor.
import * as util from 'node:util';
import * as S from 'bsd-socket';
import { allEntries } from '../../lib/options/registry';

const open: S.Socket[] = [];
function keep<A extends S.Address>(socket: S.Socket<A>): S.Socket<A> {
  open.push(socket as never);
  return socket;
}
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

describe('properties', () => {
  it('flags are booleans, the rest what the classic call gives', () => {
    const { options } = keep(S.socket());
    expect(options.SO_KEEPALIVE).toBe(false);
    options.SO_KEEPALIVE = true;
    expect(options.SO_KEEPALIVE).toBe(true);
    options.SO_LINGER = { onoff: true, linger: 3 };
    expect(options.SO_LINGER).toEqual({ onoff: true, linger: 3 });
    options.TCP_CONGESTION = 'reno';
    expect(options.TCP_CONGESTION).toBe('reno');
    expect(options.SO_TYPE).toBe(S.SOCK_STREAM);
    expect(typeof options.SO_COOKIE).toBe('bigint');
    expect(options.TCP_INFO.state).toBe(7);
  });
  it('there is one for every row', () => {
    const { options } = keep(S.socket());
    expect(allEntries.filter(({ name }) => !(name in options)).map(({ name }) => name)).toEqual([]);
    expect('SO_KEPALIVE' in options).toBe(false);
  });
  it('read-only ones cannot be set, write-only ones read undefined', () => {
    const { options } = keep(S.socket());
    expect(() => {
      (options as { SO_TYPE: number }).SO_TYPE = 1;
    }).toThrow(TypeError);
    expect(
      (options as unknown as { IP_ADD_MEMBERSHIP: unknown }).IP_ADD_MEMBERSHIP,
    ).toBeUndefined();
  });
  it('what this socket has not is the kernel’s refusal, with where it belongs', () => {
    const { options } = keep(S.socket());
    expect(() => options.UDP_SEGMENT).toThrow(/UDP_SEGMENT is an option of UDP, since Linux 4.18/);
    // TCP over IPv4 says so
    expect(() => options.IPV6_V6ONLY).toThrow(/ENOTSUP.*IPV6_V6ONLY is an option of AF_INET6/);
    expect(() => {
      options.IPV6_V6ONLY = true;
    }).toThrow(S.errors.ENOPROTOOPT);
  });
  it('bad values are refused by name', () => {
    const { options } = keep(S.socket());
    expect(() => {
      options.IP_TTL = 999;
    }).toThrow('IP_TTL must be an integer of -1 … 255, not 999');
    expect(() => {
      options.SO_KEEPALIVE = 'yes' as never;
    }).toThrow('SO_KEEPALIVE must be a boolean or a number, not "yes"');
  });
  it('the MCAST_ names go by the family of the socket', () => {
    const v4 = keep(S.socket(S.AF_INET, S.SOCK_DGRAM));
    const v6 = keep(new S.Socket({ family: S.AF_INET6, type: S.SOCK_DGRAM }));
    v4.options.set({ MCAST_JOIN_GROUP: { group: '239.9.9.9', interface: 'lo' } });
    v6.options.set({ MCAST_JOIN_GROUP: { group: 'ff02::99', interface: 'lo' } });
    expect(S.getsourcefilter(v4, 'lo', '239.9.9.9')).toEqual({ mode: 'exclude', sources: [] });
    expect(S.getsourcefilter(v6, 'lo', 'ff02::99')).toEqual({ mode: 'exclude', sources: [] });
    expect(() => S.getsourcefilter(v4, 'lo', '239.9.9.8')).toThrow(S.errors.EADDRNOTAVAIL);
  });
});

describe('set', () => {
  it('sets in order', () => {
    const { options } = keep(S.socket());
    options.set({
      IP_TTL: 3,
      SO_LINGER: { onoff: true, linger: 0 },
      SO_REUSEADDR: 1,
      TCP_CONGESTION: 'reno',
      SO_MARK: undefined,
    });
    expect([
      options.IP_TTL,
      options.SO_LINGER,
      options.SO_REUSEADDR,
      options.TCP_CONGESTION,
    ]).toEqual([3, { onoff: true, linger: 0 }, true, 'reno']);
  });
  it('the first failure names its option, and what was set before it', () => {
    const { options } = keep(S.socket());
    const failure = (values: S.OptionValues) => {
      try {
        options.set(values);
      } catch (error) {
        return error as S.SocketError & { applied: string[] };
      }
      throw new Error('nothing failed');
    };
    const refused = failure({
      SO_KEEPALIVE: true,
      TCP_NODELAY: true,
      IPV6_V6ONLY: true,
      SO_OOBINLINE: true,
    });
    expect(refused).toMatchObject({
      code: 'ENOPROTOOPT',
      option: { level: 'IPPROTO_IPV6', name: 'IPV6_V6ONLY' },
      applied: ['SO_KEEPALIVE', 'TCP_NODELAY'],
    });
    expect([options.SO_KEEPALIVE, options.SO_OOBINLINE]).toEqual([true, false]);
    expect(failure({ SO_KEEPALIVE: true, IP_TTL: 999 })).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
      option: { level: 'IPPROTO_IP', name: 'IP_TTL' },
      applied: ['SO_KEEPALIVE'],
    });
    expect(failure({ SO_BINDTOIFINDEX: 'none0' })).toMatchObject({
      code: 'ENODEV',
      option: { name: 'SO_BINDTOIFINDEX' },
      applied: [],
    });
    expect(failure({ SO_TYPO: 1 } as never).message).toBe(
      "options 'SO_TYPO' is unknown: did you mean 'SO_TYPE'?",
    );
  });
});

it('get answers as the classic call does', () => {
  const { options } = keep(S.socket());
  expect([options.get('SO_KEEPALIVE'), options.get('SO_LINGER')]).toEqual([
    0,
    { onoff: false, linger: 0 },
  ]);
  expect(() => options.get('SO_TYPO' as never)).toThrow(TypeError);
});

describe('supports', () => {
  it('tells what this kernel has on such a socket, and changes nothing on this one', () => {
    const { options } = keep(S.socket(S.AF_INET, S.SOCK_DGRAM));
    const before = options.dump();
    const names: S.OptionName[] = [
      'UDP_SEGMENT',
      'IP_TTL',
      'IP_MTU',
      'SO_SNDBUFFORCE',
      'IP_ADD_MEMBERSHIP',
      'SO_ATTACH_FILTER',
      'SO_PEERNAME',
    ];
    expect(names.filter((name) => !options.supports(name))).toEqual([]);
    const foreign: S.OptionName[] = [
      'TCP_NODELAY',
      'IPV6_V6ONLY',
      'SO_PASSCRED',
      'PACKET_FANOUT',
      'NETLINK_ADD_MEMBERSHIP',
      'SO_INQ',
      'CAN_RAW_FILTER',
      'TLS_TX',
    ];
    expect(foreign.filter((name) => options.supports(name))).toEqual([]);
    expect({ ...options.dump(), SO_COOKIE: 0 }).toEqual({ ...before, SO_COOKIE: 0 });
  });
  it('knows no names that are none', () =>
    expect(() => keep(S.socket()).options.supports('SO_TYPO' as never)).toThrow(TypeError));
});

describe('dump', () => {
  it('is all that is readable, and can be printed', () => {
    const s = keep(S.socket());
    const dump = s.options.dump();
    expect(Object.keys(dump).length).toBeGreaterThan(100);
    expect(dump).toMatchObject({
      SO_TYPE: S.SOCK_STREAM,
      SO_DOMAIN: S.AF_INET,
      TCP_NODELAY: 0,
      TCP_MAXSEG: 536,
      SO_LINGER: { onoff: false, linger: 0 },
    });
    expect(util.inspect(s.options)).toContain('TCP_CONGESTION');
  });
  it('leaves out what reading would change', () => {
    expect(Object.keys(keep(S.socket()).options.dump())).not.toContain('SO_ERROR');
    const [a, b] = S.socketpair();
    open.push(a as never, b as never);
    expect(Object.keys(a.options.dump())).not.toContain('SO_PEERPIDFD');
    expect(a.options.dump()).toMatchObject({
      SO_PEERCRED: { pid: process.pid },
      SO_DOMAIN: S.AF_UNIX,
    });
  });
});

it('the constructor bag is applied between socket() and bind()', () => {
  const s = keep(
    new S.Socket({
      family: S.AF_INET,
      type: S.SOCK_DGRAM,
      options: { SO_REUSEPORT: true, SO_BROADCAST: 1, IP_TTL: 9 },
    }),
  );
  expect([s.options.SO_REUSEPORT, s.options.SO_BROADCAST, s.options.IP_TTL]).toEqual([
    true,
    true,
    9,
  ]);
  expect(() => new S.Socket({ options: { IPV6_V6ONLY: true } })).toThrow(S.errors.ENOPROTOOPT);
});

it('the wrong direction is ENOPROTOOPT with the word for it, whatever the option', () => {
  const { options } = keep(S.socket());
  const wrong = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      return (error as S.SocketError).code === 'ENOPROTOOPT'
        ? (error as S.SocketError).hint
        : error;
    }
    return 'taken';
  };
  for (const { name, readable, writable } of allEntries.filter(
    (entry) => !entry.readable || !entry.writable,
  )) {
    if (!readable)
      expect(wrong(() => options.get(name as never))).toContain(`${name} is write-only`);
    if (!writable)
      expect(wrong(() => options.set({ [name]: Buffer.alloc(4) } as never))).toContain(
        `${name} is read-only`,
      );
  }
  expect(wrong(() => options.get('IP_MSFILTER' as never))).toContain('getsourcefilter() reads it');
});
it.each([null, undefined, 5, 'SO_TYPE'])('set refuses %p', (bad) => {
  const { options } = keep(S.socket());
  expect(() => options.set(bad as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
});
it('JSON.stringify shows all of it, with bigints as text', () => {
  const s = keep(S.socket());
  const shown = JSON.parse(JSON.stringify(s.options));
  expect(Object.keys(shown)).toEqual(Object.keys(s.options.dump()));
  expect(shown).toMatchObject({
    SO_COOKIE: String(s.options.SO_COOKIE),
    TCP_INFO: { state: 7, bytesAcked: '0' },
    SO_LINGER: { onoff: false },
  });
});
it('a closed socket has nothing to dump', () => {
  const s = S.socket();
  s.close();
  expect(() => s.options.dump()).toThrow(S.errors.EBADF);
  expect(() => JSON.stringify(s.options)).toThrow(S.errors.EBADF);
  expect(util.inspect(s.options)).toBe('{}');
});
it('an option that has two names is refused under the one that was used', () => {
  const { options } = keep(S.socket(S.AF_INET6, S.SOCK_DGRAM));
  for (const name of [
    'IPV6_JOIN_GROUP',
    'IPV6_ADD_MEMBERSHIP',
    'IPV6_LEAVE_GROUP',
    'IPV6_DROP_MEMBERSHIP',
  ])
    expect(() => Reflect.set(options, name, { group: '192.0.2.1' })).toThrow(
      new RegExp(`^${name}\\.group`),
    );
  expect(() => Reflect.set(options, 'SO_TIMESTAMP_OLD', 'x')).toThrow(/^SO_TIMESTAMP_OLD must be/);
  expect(() => options.TCP_CM_INQ).toThrow(
    expect.objectContaining({ option: { level: 'IPPROTO_TCP', name: 'TCP_CM_INQ' } }),
  );
  options.SO_TIMESTAMP_OLD = true;
  expect([options.SO_TIMESTAMP_OLD, options.SO_TIMESTAMP]).toEqual([true, true]);
});
it('a misspelt option is not taken for a new property', () => {
  const s = keep(S.socket());
  expect(() => Object.assign(s.options, { SO_KEEPALIV: true })).toThrow(/SO_KEEPALIV/);
});
