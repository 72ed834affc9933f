// defineOption: an option of one's own, in the classic call and in sock.options.
import * as S from 'bsd-socket';

declare module 'bsd-socket' {
  interface OptionRegistry {
    TCP_MINE: S.Option<'IPPROTO_TCP', string, string>;
    SO_ALG: S.Option<'SOL_ALG', never, Uint8Array>;
  }
}

const spec = {
  name: 'TCP_MINE',
  level: S.IPPROTO_TCP,
  optname: 250,
  encode: (value: string) => Buffer.from(value),
  decode: (bytes: Buffer) => bytes.toString(),
};

it('stands beside the others', () => {
  const TCP_MINE = S.defineOption(spec);
  const s = new S.Socket();
  expect(TCP_MINE).toBe(250);
  expect(() => s.setsockopt(S.IPPROTO_TCP, TCP_MINE, 'four')).toThrow(
    /ENOPROTOOPT.*\(IPPROTO_TCP TCP_MINE\)/,
  );
  expect(() => {
    s.options.TCP_MINE = 'four';
  }).toThrow(S.errors.ENOPROTOOPT);
  expect(() => s.options.TCP_MINE).toThrow(S.errors.ENOPROTOOPT);
  expect(s.options.supports('TCP_MINE')).toBe(false);
  s.close();
});
it('reads and writes what the kernel has', () => {
  // UDP-Lite has UDP's cork at its own level, which no header says.
  const UDPLITE_CORK = S.defineOption({
    name: 'UDPLITE_CORK',
    level: S.IPPROTO_UDPLITE,
    optname: 1,
    size: 4,
    encode: (value: 'corked' | 'open') => new Int32Array([value === 'corked' ? 1 : 0]),
    decode: (bytes) => (bytes.readInt32LE() === 1 ? 'corked' : 'open'),
  });
  const s = new S.Socket(S.AF_INET, S.SOCK_DGRAM, S.IPPROTO_UDPLITE);
  expect(s.getsockopt(S.IPPROTO_UDPLITE, UDPLITE_CORK)).toBe('open');
  s.setsockopt(S.IPPROTO_UDPLITE, UDPLITE_CORK, 'corked');
  expect(s.getsockopt(S.IPPROTO_UDPLITE, UDPLITE_CORK)).toBe('corked');
  expect((s.options as unknown as { UDPLITE_CORK: string }).UDPLITE_CORK).toBe('corked');
  expect(s.options.dump()).toMatchObject({ UDPLITE_CORK: 'corked' });
  s.close();
});
it('without decode it is write-only', () => {
  S.defineOption({ name: 'SO_ALG', level: 279, optname: 99, encode: (value: Uint8Array) => value });
  expect((new S.Socket().options as unknown as { SO_ALG: unknown }).SO_ALG).toBeUndefined();
});
it('takes no name and no number twice', () => {
  expect(() => S.defineOption(spec)).toThrow(
    'defineOption: TCP_MINE is taken: TCP_MINE is 250 at IPPROTO_TCP',
  );
  expect(() => S.defineOption({ ...spec, name: 'TCP_OTHER' })).toThrow(
    'TCP_OTHER is taken: TCP_MINE is 250',
  );
  expect(() => S.defineOption({ ...spec, name: 'SO_LINGER', optname: 251 })).toThrow(
    'SO_LINGER is taken: SO_LINGER is 13 at SOL_SOCKET',
  );
});
it.each([
  { ...spec, name: 'no name' },
  { ...spec, name: 5 },
  { ...spec, name: 'A', optname: 1.5 },
  { ...spec, name: 'A', level: 'x' },
  { ...spec, name: 'A', encode: undefined },
])('refuses %p', (bad) => expect(() => S.defineOption(bad as never)).toThrow(TypeError));
