// Who may do what: root, nobody, ambient and file capabilities, a user namespace, ping groups and a
// seccomp filter, each asked for the same; exact errors, and what their hints say to do.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { atEnd, itNeeds, type Netns, netns, run } from '../tools';

const ask = path.join(__dirname, 'programs/ask.js');
const seccomp = path.join(__dirname, '../programs/seccomp.py');

interface Refusal {
  code: string;
  syscall?: string;
  hint?: string;
}
interface Reply {
  results: Record<string, Refusal>;
  capabilities: { raw: boolean; admin: boolean; icmpDgram: boolean; effective: string[] };
}

/** What is asked: the refusal where it is not permitted, and the words that its hint has. */
const REFUSALS: Readonly<Record<string, [code: string, syscall: string, hint: RegExp]>> = {
  raw: ['EPERM', 'socket', /CAP_NET_RAW/],
  raw6: ['EPERM', 'socket', /CAP_NET_RAW/],
  packet: ['EPERM', 'socket', /AF_PACKET .*CAP_NET_RAW/],
  capture: ['EPERM', 'socket', /AF_PACKET .*CAP_NET_RAW/],
  ping: ['EACCES', 'socket', /net\.ipv4\.ping_group_range/],
  port80: ['EACCES', 'bind', /CAP_NET_BIND_SERVICE/],
  mark: ['EPERM', 'setsockopt', /CAP_NET_(ADMIN|RAW)/],
  rcvbufforce: ['EPERM', 'setsockopt', /CAP_NET_ADMIN/],
  transparent: ['EPERM', 'setsockopt', /CAP_NET_(ADMIN|RAW)/],
  priority: ['EPERM', 'setsockopt', /CAP_NET_ADMIN/],
  netns: ['EPERM', 'setns', /CAP_SYS_ADMIN/],
};
const EVERYTHING = Object.keys(REFUSALS);
const RAW = ['raw', 'raw6', 'packet', 'capture', 'mark', 'transparent', 'priority'];
const ADMIN = ['mark', 'rcvbufforce', 'transparent', 'priority'];

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const ambient = (name: string) => [...NOBODY, `--inh-caps=+${name}`, `--ambient-caps=+${name}`];

let ns: Netns | undefined;
function namespace(): Netns {
  ns ??= netns();
  return ns;
}
atEnd(() => ns?.remove());

/** Runs ask.js behind these words in a namespace where nobody may ping. */
async function replyOf(prefix: readonly string[], node = process.execPath): Promise<Reply> {
  const { prefix: inside, name } = namespace();
  const [file, ...args] = [...inside, ...prefix, node, ask, name];
  const { stdout } = await run(file as string, args);
  return JSON.parse(stdout) as Reply;
}

/** Everything is refused but `permitted`, each as its row says. */
function expectOnly({ results }: Reply, permitted: readonly string[]): void {
  const ok = Object.keys(results).filter((name) => results[name]?.code === 'ok');
  expect(ok.sort()).toEqual([...permitted].sort());
  for (const name of EVERYTHING.filter((one) => !permitted.includes(one))) {
    const [code, syscall, hint] = REFUSALS[name] as (typeof REFUSALS)[string];
    expect({ name, ...results[name] }).toEqual({
      name,
      code,
      syscall,
      hint: expect.stringMatching(hint),
    });
  }
}

const itNamed = itNeeds('netns', 'setpriv');

itNamed('root may do everything but ping where no group may', async () => {
  const reply = await replyOf([]);
  expectOnly(
    reply,
    EVERYTHING.filter((name) => name !== 'ping'),
  );
  expect(reply.capabilities).toMatchObject({ raw: true, admin: true, icmpDgram: false });
});

itNamed('nobody may do nothing, and each hint names the capability', async () => {
  const reply = await replyOf([...NOBODY, '--inh-caps=-all']);
  expectOnly(reply, []);
  expect(reply.capabilities).toMatchObject({ raw: false, admin: false, effective: [] });
  expect(reply.results.raw?.hint).toMatch(/sudo setcap cap_net_raw\+ep \S+, or run as root$/);
});

itNamed.each([
  ['net_raw', RAW],
  ['net_admin', ADMIN],
  ['net_bind_service', ['port80']],
])('an ambient capability: %s', async (name, permitted) => {
  const reply = await replyOf(ambient(name));
  expectOnly(reply, permitted);
  expect(reply.capabilities.effective).toEqual([`CAP_${name.toUpperCase()}`]);
});

itNamed('a hint keeps the capabilities that are there', async () => {
  // setcap(8) replaces the whole set of a file.
  const { results } = await replyOf(ambient('net_bind_service'));
  expect(results.raw?.hint).toMatch(/sudo setcap cap_net_bind_service,cap_net_raw\+ep /);
});

itNeeds(
  'netns',
  'setpriv',
  'setcap',
)('file capabilities of a node of its own', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'privileges-'));
  atEnd(() => fs.rmSync(folder, { recursive: true }));
  fs.chmodSync(folder, 0o755);
  const node = path.join(folder, 'node');
  fs.copyFileSync(process.execPath, node);
  fs.chmodSync(node, 0o755);
  if (spawnSync('setcap', ['cap_net_raw+ep', node]).status !== 0) return;
  expectOnly(await replyOf(NOBODY, node), RAW);
});

const hasUserns = spawnSync('unshare', ['-Urn', 'true']).status === 0;
(hasUserns ? itNamed : it.skip)(
  'root of a user namespace: all of its own network namespace',
  async () => {
    const [file, ...args] = [...NOBODY, 'unshare', '-Urn', process.execPath, ask, '/proc/1/ns/net'];
    const { stdout } = await run(file as string, args);
    const { results } = JSON.parse(stdout) as Reply;
    const refused = Object.keys(results).filter((name) => results[name]?.code !== 'ok');
    expect(refused.sort()).toEqual(['netns', 'ping', 'rcvbufforce']);
    // The kernel asks for CAP_NET_ADMIN of the first user namespace.
    expect(results.rcvbufforce).toMatchObject({
      code: 'EPERM',
      hint: expect.stringMatching(
        /needs CAP_NET_ADMIN.*; CAP_NET_ADMIN is effective.*another user namespace/,
      ),
    });
    expect(results.netns).toMatchObject({
      code: 'EACCES', // open(2) of another user's /proc/PID/ns/net
      syscall: 'setns',
      hint: expect.stringMatching(/another user namespace/),
    });
  },
);

itNamed('a group within net.ipv4.ping_group_range may ping, and no more', async () => {
  const { prefix } = namespace();
  const range = '/proc/sys/net/ipv4/ping_group_range';
  const write = (value: string) =>
    run(prefix[0] as string, [...prefix.slice(1), 'sh', '-c', `echo "${value}" > ${range}`]);
  await write('65534 65534');
  try {
    expectOnly(await replyOf([...NOBODY, '--inh-caps=-all']), ['ping']);
  } finally {
    await write('1 0');
  }
});

itNeeds('netns', 'python3')(
  'a seccomp filter refuses root: the hints say that it is no capability that is missing',
  async () => {
    const rules = ['socket:0:17=EPERM', 'setsockopt:1:1:2:36=EPERM', 'setns=EPERM'];
    const { results } = await replyOf(['python3', seccomp, ...rules, '--']);
    for (const name of ['packet', 'capture', 'mark', 'netns']) {
      expect(results[name]?.code).toBe('EPERM');
      expect(results[name]?.hint).toMatch(/is effective.*seccomp/);
    }
    expect(results.raw?.code).toBe('ok');
  },
);

itNeeds('netns', 'python3')('a seccomp filter with an errno of its own: that errno', async () => {
  const { results } = await replyOf(['python3', seccomp, 'socket:0:17=ENOSYS', '--']);
  expect(results.packet).toMatchObject({ code: 'ENOSYS', syscall: 'socket' });
});
