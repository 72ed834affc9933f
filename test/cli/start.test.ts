// `bsd-socket` without arguments, the demonstration: as root, as nobody in a namespace of its own,
// and where not even that is allowed.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, type Netns, netns, run, temporaryFolder } from '../tools';
import { asNobody, bsdSocket, lines, main, NODE } from './cli';

const itStarts = itNeeds('netns', 'tcpdump', 'setpriv');
let own: Netns | undefined;
beforeAll(() => {
  if (itStarts === it) own = netns();
});
afterAll(() => own?.remove());

/** A folder that anybody may write in. */
function openFolder(): string {
  const folder = temporaryFolder();
  fs.chmodSync(folder, 0o777);
  return folder;
}

/**
 * What every demonstration with raw sockets shows, and that its file holds the frames that it
 * printed.
 */
async function shows(stdout: string, cwd: string): Promise<void> {
  expect(stdout).toMatch(
    /ICMP echo, header and all built by hand \(IP_HDRINCL, ttl 42, id (\d+)\): answered with ttl 64/,
  );
  expect(stdout).toMatch(/UDP datagram of 13 bytes from 127\.0\.0\.1:\d+/);
  expect(stdout).toMatch(/TCP connection to port \d+: 13 bytes there, 13 back, end of stream seen/);
  const frames = lines(stdout).filter((line) =>
    /^ {2}\d\d:\d\d:\d\d\.\d{6} lo +In +IP /.test(line),
  );
  const said = frames.join('\n');
  expect(said).toMatch(/ICMP echo request.*\n.*ICMP echo reply/);
  expect(said).toMatch(/: UDP, length 13/);
  for (const flags of ['S', 'S.', 'P.', 'F.']) expect(said).toContain(`TCP [${flags}]`);
  expect(stdout).toMatch(
    /SO_LINGER +\{ onoff: false, linger: 0 \} {2}-> {2}\{ onoff: true, linger: 5 \}/,
  );
  expect(stdout).toMatch(/TCP_NODELAY +0 {2}-> {2}1/);
  expect(stdout).toMatch(/code EADDRINUSE, errno -98, syscall bind\n +hint: /);
  const [, count, file] = stdout.match(/(\d+) frames written to (.+);/) ?? [];
  expect(Number(count)).toBe(frames.length);
  const read = lines((await run('tcpdump', ['-nSt', '-r', path.resolve(cwd, file)])).stdout);
  expect(read).toEqual(
    frames.map((line) => line.replace(/^.* In +/, '').replace('TCP [', 'Flags [')),
  );
}

itStarts(
  'as root: captures while it sends, and ends by itself in seconds with status 0',
  async () => {
    const cwd = openFolder();
    const began = Date.now();
    const { status, stdout, stderr } = await bsdSocket([], own, { cwd });
    expect([status, stderr]).toEqual([0, '']);
    expect(Date.now() - began).toBeLessThan(10_000);
    await shows(stdout, cwd);
    expect(fs.readdirSync(cwd)).toEqual(['bsd-socket-demo.pcap']);
  },
);

itStarts('-w names another file; one that cannot be written is told, with status 1', async () => {
  const cwd = openFolder();
  const { status } = await bsdSocket(['start', '-w', 'other.pcap'], own, { cwd });
  expect([status, fs.readdirSync(cwd)]).toEqual([0, ['other.pcap']]);
  const refused = await bsdSocket(['start', '-w', '/nonexistent/x.pcap'], own, { cwd });
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringContaining('bsd-socket start: ENOENT'),
  ]);
});

itStarts(
  'as nobody: says that it goes on in an own user and network namespace, and shows the same there',
  async () => {
    const cwd = openFolder();
    const { status, stdout, stderr } = await run(...asNobody(NODE, [main()]), {
      cwd,
      anyStatus: true,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      'socket EPERM: no raw sockets for this user, so on in an own user and network namespace (unshare -Urn)',
    );
    await shows(stdout, cwd);
  },
);

itStarts('as nobody in a folder of root: the file goes to the temporary folder', async () => {
  const { status, stdout } = await run(...asNobody(NODE, [main()]), { cwd: '/', anyStatus: true });
  expect(status).toBe(0);
  await shows(stdout, '/');
  const [, file] = stdout.match(/frames written to (\/.+);/) ?? [];
  fs.rmSync(file);
});

/** What is left without raw sockets. */
function lacks(stdout: string): void {
  expect(stdout).toMatch(
    /Works without privileges\n {2}UDP datagram of 13 bytes .*\n {2}TCP connection .*\n {2}unix socket pair: 13 bytes\n/,
  );
  expect(stdout).toMatch(/TCP_NODELAY +0 {2}-> {2}1/);
  expect(stdout).toMatch(/Is missing: capturing, and packets built by hand/);
  expect(stdout).toMatch(/code EPERM, errno -1, syscall socket\n {2}hint: .*CAP_NET_RAW.*setcap/);
}

itStarts(
  'where user namespaces are refused: shows what works without, says what is missing and why, with status 0',
  async () => {
    // In a user namespace without a network namespace there are no raw sockets either, and its
    // limit on further ones is ours to set.
    const inside = `echo 0 >/proc/sys/user/max_user_namespaces && exec '${NODE}' '${main()}'`;
    const { status, stdout, stderr } = await run(
      ...asNobody('unshare', ['-U', '-r', 'sh', '-c', inside]),
      { cwd: '/', anyStatus: true },
    );
    expect([status, stderr]).toEqual([0, '']);
    lacks(stdout);
    expect(stdout).toMatch(
      /no network of our own either: unshare: unshare failed: No space left on device/,
    );
  },
);

itStarts(
  'where there is no unshare: the same, and the name of the program that is missing',
  async () => {
    const { status, stdout, stderr } = await run(
      ...asNobody('env', ['PATH=/nonexistent', NODE, main()]),
      { cwd: '/', anyStatus: true },
    );
    expect([status, stderr]).toEqual([0, '']);
    lacks(stdout);
    expect(stdout).toContain('the program unshare (of util-linux) is not there');
  },
);

describe('the command line', () => {
  it('--help lists the commands, and each tells its own', async () => {
    const { status, stdout } = await bsdSocket(['--help']);
    expect(status).toBe(0);
    for (const name of ['capture', 'ping', 'start']) {
      expect(stdout).toContain(`bsd-socket ${name}`);
      const own = await bsdSocket([name, '--help']);
      expect([own.status, own.stdout]).toEqual([
        0,
        expect.stringContaining(`usage: bsd-socket ${name}`),
      ]);
    }
  });

  it("--version is the package's", async () => {
    const { version } = JSON.parse(
      fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8'),
    );
    expect((await bsdSocket(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('a standard output that takes nothing is told in one line, with status 1', async () => {
    const { stdout, stderr } = await run('bash', [
      '-c',
      '"$0" "$1" --version >/dev/full; echo $?',
      NODE,
      main(),
    ]);
    expect([stdout, stderr]).toEqual([
      '1\n',
      'bsd-socket: standard output: ENOSPC: no space left on device, write\n',
    ]);
  });

  it('a command that is not there is refused with status 2', async () => {
    const { status, stderr } = await bsdSocket(['frobnicate']);
    expect([status, stderr]).toEqual([
      2,
      "bsd-socket: no command 'frobnicate'; bsd-socket --help lists them\n",
    ]);
  });
});
