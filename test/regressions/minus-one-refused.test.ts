// -1, which the kernel takes as "all", "none" or "default", is refused before it reaches the kernel.
import * as S from 'bsd-socket';
import { closing, python } from './sockets';

const constants = S as unknown as Record<string, number>;
const KINDS = {
  tcp: () => S.socket(S.AF_INET, S.SOCK_STREAM),
  udp: () => S.socket(S.AF_INET, S.SOCK_DGRAM),
  tcp6: () => S.socket(S.AF_INET6, S.SOCK_STREAM),
  udp6: () => S.socket(S.AF_INET6, S.SOCK_DGRAM),
};

/** socket, level, option: by their C names. */
const ROWS: readonly (readonly [kind: keyof typeof KINDS, level: string, name: string])[] = [
  ['tcp', 'IPPROTO_IP', 'IP_TOS'],
  ['udp', 'IPPROTO_IP', 'IP_TOS'],
  ['tcp', 'SOL_SOCKET', 'SO_MARK'],
  ['udp', 'SOL_SOCKET', 'SO_MARK'],
  ['tcp', 'SOL_SOCKET', 'SO_MAX_PACING_RATE'],
  ['tcp', 'IPPROTO_TCP', 'TCP_DEFER_ACCEPT'],
  ['tcp', 'IPPROTO_TCP', 'TCP_WINDOW_CLAMP'],
  ['tcp', 'IPPROTO_TCP', 'TCP_NOTSENT_LOWAT'],
  ['udp', 'IPPROTO_IP', 'IP_TTL'],
  ['udp', 'IPPROTO_IP', 'IP_MULTICAST_TTL'],
  ['tcp6', 'IPPROTO_IPV6', 'IPV6_UNICAST_HOPS'],
  ['udp6', 'IPPROTO_IPV6', 'IPV6_MULTICAST_HOPS'],
  ['udp6', 'IPPROTO_IPV6', 'IPV6_TCLASS'],
  ['tcp6', 'IPPROTO_IPV6', 'IPV6_TCLASS'],
  ['tcp', 'SOL_SOCKET', 'SO_PRIORITY'],
  ['tcp', 'SOL_SOCKET', 'SO_RCVBUF'],
  ['tcp', 'SOL_SOCKET', 'SO_SNDBUF'],
  ['tcp', 'SOL_SOCKET', 'SO_PEEK_OFF'],
  ['udp', 'SOL_SOCKET', 'SO_PEEK_OFF'],
  ['tcp', 'SOL_SOCKET', 'SO_RCVLOWAT'],
  ['tcp', 'SOL_SOCKET', 'SO_BUSY_POLL'],
  ['tcp', 'SOL_SOCKET', 'SO_INCOMING_CPU'],
  ['tcp', 'SOL_SOCKET', 'SO_TXREHASH'],
  ['tcp', 'IPPROTO_TCP', 'TCP_MAXSEG'],
  ['tcp', 'IPPROTO_TCP', 'TCP_KEEPIDLE'],
  ['tcp', 'IPPROTO_TCP', 'TCP_KEEPINTVL'],
  ['tcp', 'IPPROTO_TCP', 'TCP_KEEPCNT'],
  ['tcp', 'IPPROTO_TCP', 'TCP_SYNCNT'],
  ['tcp', 'IPPROTO_TCP', 'TCP_LINGER2'],
  ['tcp', 'IPPROTO_TCP', 'TCP_USER_TIMEOUT'],
  ['tcp', 'IPPROTO_TCP', 'TCP_FASTOPEN'],
  ['udp', 'IPPROTO_UDP', 'UDP_SEGMENT'],
];

/** What programs/minus_one.py reports: whether it is refused, or what the option then reads as. */
interface Twin {
  refused?: true;
  /** as a signed int */
  value?: number;
}
let twin: Record<string, Twin>;
beforeAll(async () => {
  const numbers = ROWS.map(([kind, level, name]) =>
    [kind, constants[level], constants[name]].join(':'),
  );
  twin = await python('minus_one.py', ...numbers);
});

/** setsockopt(-1) through one of the ways to set an option: refused, or what it then reads as. */
function outcome(
  [kind, level, name]: (typeof ROWS)[number],
  set: (s: S.Socket<any>) => void,
): Twin {
  const s = closing(KINDS[kind]());
  try {
    set(s);
  } catch {
    return { refused: true }; // by the kernel, or before it: what it refuses never gets there
  }
  const value: number | bigint = s.getsockopt<number>(
    constants[level] as number,
    constants[name] as number,
  );
  return { value: Number(BigInt.asIntN(32, BigInt(value))) };
}

const check = (kind: keyof typeof KINDS, level: string, name: string) => {
  const row = [kind, level, name] as const;
  const expected = twin[`${kind}:${constants[level]}:${constants[name]}`];
  expect(expected).toBeDefined();
  const viaCall = outcome(row, (s) =>
    s.setsockopt<number>(constants[level] as number, constants[name] as number, -1),
  );
  expect(viaCall).toEqual(expected);
  const viaView = outcome(row, (s) => {
    (s.options as unknown as Record<string, number>)[name] = -1;
  });
  expect(viaView).toEqual(expected);
};

test.each(ROWS)('%s: %s %s reads as after C’s setsockopt', check);

test('SO_MARK reads back unsigned', () => {
  const s = closing(S.socket());
  s.setsockopt(S.SOL_SOCKET, S.SO_MARK, -1);
  expect(s.getsockopt(S.SOL_SOCKET, S.SO_MARK)).toBe(0xffffffff);
  expect(s.options.SO_MARK).toBe(0xffffffff);
});
