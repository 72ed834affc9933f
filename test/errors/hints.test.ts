// Hints: the refusals that people meet, made for real, say what to do.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as S from 'bsd-socket';
import { type ConstantName, constants as c } from '../../lib/constants';
import { socketError } from '../../lib/errors';
import { hintFor, interfaceNames } from '../../lib/errors/hints';
import { itNeeds, root, run } from '../tools';

const hint = (errno: string, syscall: string, detail = {}) =>
  hintFor(c[errno as ConstantName] as number, syscall, detail);

/** The hint of what a call throws, having checked which errno it is. */
function refusal(code: string, call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect((error as S.SocketError).code).toBe(code);
    expect((error as S.SocketError).message).toContain((error as S.SocketError).hint);
    return (error as S.SocketError).hint ?? '';
  }
  throw new Error(`${code} was not thrown`);
}

const sockets: S.Socket[] = [];
function keep<A extends S.Address>(socket: S.Socket<A>): S.Socket<A> {
  sockets.push(socket as never);
  return socket;
}
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

it('SOCK_RAW and AF_PACKET name the capability and the line that gives it to this very binary', () => {
  const line = `sudo setcap cap_net_raw+ep ${fs.realpathSync(process.execPath)}`;
  expect(
    hint('EPERM', 'socket', { hintContext: { family: c.AF_PACKET, type: c.SOCK_DGRAM } }),
  ).toContain(`AF_PACKET needs CAP_NET_RAW: ${line}`);
  expect(
    hint('EPERM', 'socket', {
      hintContext: { family: c.AF_INET, type: c.SOCK_RAW | c.SOCK_CLOEXEC },
    }),
  ).toContain(`SOCK_RAW needs CAP_NET_RAW: ${line}`);
});

itNeeds('netns', 'setpriv')('an unprivileged process is told so by the real refusal', async () => {
  const code = `require('./tools/load-ts.js');
    const S = require('./lib/index.ts');
    const hints = {};
    for (const [name, family, type, proto] of [['raw', 2, 3, 1], ['packet', 17, 3, 0], ['ping', 2, 2, 1]]) {
      try { new S.Socket(family, type, proto).close(); } catch (e) { hints[name] = [e.code, e.hint]; }
    }
    const s = new S.Socket();
    for (const set of [() => s.setsockopt(1, S.SO_MARK, 1), () => s.setsockopt(1, S.SO_DEBUG, 1), () => s.bind(['127.0.0.1', 1])]) {
      try { set(); } catch (e) { hints[e.option?.name ?? e.syscall] = [e.code, e.hint]; }
    }
    console.log(JSON.stringify(hints));`;
  const { stdout } = await run(
    'unshare',
    [
      '-n',
      'setpriv',
      '--reuid',
      '65534',
      '--regid',
      '65534',
      '--clear-groups',
      '--bounding-set=-all',
      '--inh-caps=-all',
      process.execPath,
      '-e',
      code,
    ],
    { cwd: root },
  );
  const hints = JSON.parse(stdout) as Record<string, [string, string]>;
  expect(hints.raw).toEqual(['EPERM', expect.stringContaining('SOCK_RAW needs CAP_NET_RAW')]);
  expect(hints.packet).toEqual(['EPERM', expect.stringContaining('AF_PACKET needs CAP_NET_RAW')]);
  expect(hints.ping).toEqual(['EACCES', expect.stringMatching(/ping_group_range is "1 0"/)]);
  expect(hints.SO_MARK).toEqual(['EPERM', expect.stringContaining('needs CAP_NET_ADMIN')]);
  expect(hints.SO_DEBUG).toEqual(['EACCES', expect.stringContaining('cap_net_admin+ep')]);
  expect(hints.bind).toEqual(['EACCES', expect.stringContaining('CAP_NET_BIND_SERVICE')]);
});

it('ENOPROTOOPT names the socket that the option is for, or the level where its number stands', () => {
  expect(
    refusal('ENOPROTOOPT', () => keep(S.socket()).setsockopt(S.IPPROTO_IP, S.IP_HDRINCL, 1)),
  ).toContain('IP_HDRINCL is an option of AF_INET SOCK_RAW, since Linux 2.0');
  expect(refusal('ENOPROTOOPT', () => keep(S.socket()).setsockopt(1, 104, 1))).toContain(
    'SOL_SOCKET has no option 104; it is UDP_GRO at IPPROTO_UDP',
  );
  expect(refusal('ENOPROTOOPT', () => keep(S.socket()).getsockopt(S.SOL_SOCKET, 32))).toContain(
    'SO_SNDBUFFORCE is write-only',
  );
  expect(refusal('ENOPROTOOPT', () => keep(S.socket()).setsockopt(1, 3, 1))).toContain(
    'SO_TYPE is read-only',
  );
});
it('ENODEV on SO_BINDTODEVICE lists the interfaces that exist', () => {
  const text = refusal('ENODEV', () =>
    keep(S.socket()).setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 'nosuch0'),
  );
  for (const name of fs
    .readdirSync('/sys/class/net')
    .filter((entry) => interfaceNames().includes(entry)))
    expect(text).toContain(name);
  expect(interfaceNames()).toContain('lo');
});
it('an interface that is not here is named beside those that are', () => {
  for (const call of [
    () => S.if_nametoindex('nosuch0'),
    () => keep(S.socket(S.AF_INET6)).bind(['fe80::1%nosuch0', 0]),
  ]) {
    expect(refusal('ENODEV', call)).toMatch(/no interface "nosuch0"; interfaces here: .*\blo\b/);
  }
  expect(refusal('ENXIO', () => S.if_indextoname(0x7fffffff))).toContain('if_nameindex()');
});
it('a link-local address without its interface says what is missing', () => {
  const refused = () => keep(S.socket(S.AF_INET6)).bind(['fe80::1', 0]);
  expect(refusal('EINVAL', refused)).toMatch(/'fe80::1%eth0' \(interfaces here: .*\blo\b/);
  expect(
    refusal('EINVAL', () => keep(S.socket()).bind(['127.0.0.1', 0]).bind(['127.0.0.1', 0])),
  ).toContain('already bound');
});
it('an unknown service or protocol names the file that would have it', () => {
  expect(refusal('ENOENT', () => S.getservbyname('nosuch'))).toContain('/etc/services');
  expect(refusal('ENOENT', () => S.getprotobyname('nosuch'))).toContain('/etc/protocols');
});
it('EADDRINUSE shows how to see who holds the port', () => {
  const first = keep(S.socket()).bind(['127.0.0.1', 0]).listen();
  const { port } = first.getsockname();
  expect(refusal('EADDRINUSE', () => keep(S.socket()).bind(['127.0.0.1', port]))).toMatch(
    new RegExp(`ss -lntup sport = :${port}.*SO_REUSEADDR`),
  );
});
it('EADDRINUSE of a path says to unlink it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hints-'));
  const file = path.join(folder, 'x.sock');
  keep(S.socket(S.AF_UNIX)).bind(file);
  expect(refusal('EADDRINUSE', () => keep(S.socket(S.AF_UNIX)).bind(file))).toContain('unlink');
  fs.rmSync(folder, { recursive: true });
});
it('a broadcast without SO_BROADCAST names the option', () => {
  const udp = keep(S.socket(S.AF_INET, S.SOCK_DGRAM));
  const broadcast = { family: 'IPv4', address: '255.255.255.255', port: 9 };
  expect(
    socketError(-(c.EACCES as number), 'sendto', { address: broadcast as never }).hint,
  ).toContain('SO_BROADCAST');
  expect(udp.options.SO_BROADCAST).toBe(false);
});
it('EMFILE names the limit', () =>
  expect(socketError(-c.EMFILE, 'accept').hint).toContain('ulimit -n'));
it('unconnected and unaddressed sends say what is missing', () => {
  expect(hint('EDESTADDRREQ', 'send')).toContain('connect() first');
  expect(hint('ENOTCONN', 'recv')).toContain('connect() or accept()');
  expect(hint('EPIPE', 'send')).toContain('peer closed');
});
it('TCP_CONGESTION lists what this kernel has', () => {
  const names = fs
    .readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8')
    .trim();
  expect(
    refusal('ENOENT', () => keep(S.socket()).setsockopt(S.IPPROTO_TCP, S.TCP_CONGESTION, 'nosuch')),
  ).toContain(names);
});
it('no hint is better than a wrong one', () => {
  expect(hint('EIO', 'recv')).toBeUndefined();
  expect(hint('EINVAL', 'setsockopt')).toBeUndefined();
});
