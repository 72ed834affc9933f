// `bsd-socket options`: the levels, one level, one option, and names that are none.
import { allEntries, levelNames } from '../../lib/options/registry';
import { itNeeds, netns, run } from '../tools';
import { asNobody, bsdSocket, lines, main, NODE } from './cli';

const WIDTH = 100;
async function told(...args: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await bsdSocket(['options', ...args]);
  expect([status, stderr]).toEqual([0, '']);
  const text = lines(stdout);
  expect(text.filter((line) => line.length > WIDTH)).toEqual([]);
  return text;
}

it('without an argument lists every level and how many options it has', async () => {
  const text = await told();
  for (const level of levelNames) {
    const count = allEntries.filter(({ levelName }) => levelName === level).length;
    expect(text).toContainEqual(
      expect.stringMatching(new RegExp(`^ +${level} +\\d+ +${count} options`)),
    );
  }
  expect(text).toContainEqual(expect.stringMatching(/^ +SOL_SCTP +132 +\d+ without a type$/));
});

it('lists a level by any of its names', async () => {
  const text = await told('IPPROTO_UDP');
  expect(text[0]).toMatch(/^IPPROTO_UDP \(17\): \d+ options$/);
  expect(text).toContainEqual(expect.stringMatching(/^ +UDP_SEGMENT +rw +Cuts one long send/));
  expect(await told('SOL_UDP')).toEqual(text);
});

it('tells of an option: what it is, its type and unit, what this kernel says, and a default from a real socket', async () => {
  const text = (await told('SO_RCVBUF')).join('\n');
  expect(text).toMatch(
    /^SO_RCVBUF: number 8 at SOL_SOCKET \(1\)\n +The size of the receive buffer \(socket\(7\)\): how much data the receive queue holds\.\n/,
  );
  expect(text).toMatch(
    /\n {2}type +int, in bytes\n {2}access +read and write\n {2}since +Linux 1\.0\n {2}on +every socket\n {2}note +Reads back doubled/,
  );
  expect(text).toMatch(/\n {2}here +Linux \S+: get ok \d+; set ok \d+\n +get ok, set ok: tcp /);
  expect(text).toMatch(/\n {2}default +\d+ on a fresh tcp socket\n {2}written +8192 > 16384\n/);
  expect(text).toMatch(/\n {2}limits +-2147483648 > \d+, -1 > \d+, 0 > 2304/);
});

it('takes small letters, and tells of both where a name stands at two levels', async () => {
  expect((await told('so_linger')).join('\n')).toMatch(
    /default +\{ onoff: false, linger: 0 \} on a fresh tcp socket/,
  );
  expect(
    (await told('MCAST_JOIN_GROUP')).filter((line) => /number 42 at IPPROTO_IPV?6? /.test(line))
      .length,
  ).toBe(2);
});

it('says what this kernel does not have, and why an option has no type', async () => {
  expect((await told('SCTP_NODELAY')).join('\n')).toMatch(
    /type +raw bytes.*\n +here +Linux \S+: not here; get \w+; set ENOPROTOOPT/,
  );
  expect((await told('TCP_ZEROCOPY_RECEIVE')).join(' ')).toMatch(/maps received pages/);
});

it('a name that is none: suggests the nearest, status 2', async () => {
  const { status, stdout, stderr } = await bsdSocket(['options', 'SO_RCVBUFF']);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^bsd-socket options: no option or level 'SO_RCVBUFF'; did you mean SO_RCVBUF, /,
  );
  expect((await bsdSocket(['options', 'nagle'])).stderr).toMatch(/no option or level 'nagle'\n/);
  for (const args of [['SO_TYPE', 'SO_ERROR'], ['--json'], ['']])
    expect((await bsdSocket(['options', ...args])).status).toBe(2);
});

itNeeds('root', 'setpriv')(
  'as nobody: leaves out the sockets that nobody may make, and says so',
  async () => {
    const { stdout } = await run(...asNobody(NODE, [main(), 'options', 'PACKET_STATISTICS']));
    expect(stdout).toMatch(/left out +raw-icmp \(socket: EPERM\)/);
    expect(stdout).toMatch(/packet-raw \(socket: EPERM\)/);
  },
);

itNeeds('netns', 'ip')(
  'every option can be asked about',
  async () => {
    // One process for all of them.
    const code = `
    const { options } = require('./dist/chunks/cli-options.js');
    for (const name of JSON.parse(process.argv[1])) {
      console.log('== ' + name);
      if (options([name]) !== 0) process.exitCode = 1;
    }`;
    const names = [...new Set(allEntries.map(({ name }) => name))].filter((_, i) => i % 6 === 0);
    const own = netns();
    const { stdout } = await own.runNode(code, [JSON.stringify(names)], { timeoutMs: 90_000 });
    own.remove();
    const told = stdout.split(/^== /m).slice(1);
    expect(told.length).toBe(names.length);
    expect(told.filter((text) => !/ {2}here /.test(text))).toEqual([]);
    expect(
      lines(stdout).filter((line) => line.length > WIDTH && line.includes(' '.repeat(3))),
    ).toEqual([]);
  },
  100_000,
);
