// Capture to a pcap file over veth in own network namespaces (root): processor time of the
// capturing process for each frame of 106 bytes, what was lost, how fast they came.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { programs } = require('../native/build.js');
const { median } = require('../paired.js');

const SIZE = 106;
const folder = path.join(__dirname, '..', 'capturers');
const [SENDER, RECEIVER] = ['send', 'take'].map((name) => `bsdsock-bench-${name}-${process.pid}`);
const ip = (...args) => execFileSync('ip', args);

/** Nanoseconds on a processor of all threads of a process. */
function processorTime(pid) {
  let sum = 0;
  for (const task of fs.readdirSync(`/proc/${pid}/task`))
    sum += Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return sum;
}

/** Waits until the process is idle: what came is taken. */
async function settled(pid) {
  for (let before = -1, now = processorTime(pid); now - before > 300_000; ) {
    await sleep(100);
    [before, now] = [now, processorTime(pid)];
  }
  return processorTime(pid);
}

/**
 * One capturer: started, shown `count` frames, stopped. Its run answers its processor time; its
 * note tells the rest.
 */
function capturer({ name, goal, command, ready = /ready/, counts, device, from }) {
  const rates = [];
  let lost = 0;
  let sent = 0;
  return {
    name,
    goal,
    note: () => `${lost} of ${sent} lost, ${(median(rates) / 1e3).toFixed(0)} k/s`,
    async run(count) {
      const child = spawn('ip', ['netns', 'exec', RECEIVER, ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        readline.createInterface({ input: stream }).on('line', (line) => (output += `${line}\n`));
      for (let i = 0; !ready.test(output); i++) {
        if (child.exitCode !== null || i > 500)
          throw new Error(`${name} does not start: ${output}`);
        await sleep(20);
      }
      await sleep(150);
      const before = await settled(child.pid);
      const blast = spawn(
        'ip',
        [
          'netns',
          'exec',
          from,
          programs.blast,
          device.replace('vb', 'va'),
          String(count),
          String(SIZE),
        ],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let told = '';
      blast.stdout.on('data', (chunk) => (told += chunk));
      await once(blast, 'close');
      const time = (await settled(child.pid)) - before;
      child.kill('SIGINT');
      await once(child, 'close');
      rates.push((count / Number(told.split(' ')[1])) * 1e9);
      lost += count - counts(output, count);
      sent += count;
      return time;
    },
  };
}

const lastLine = (output) => Number(output.trim().split('\n').at(-1).split(' ')[0]);

function contestants(device) {
  const from = device === 'lo' ? RECEIVER : SENDER;
  const lo = device === 'lo';
  const file = (name) =>
    path.join(
      fs.existsSync('/dev/shm') ? '/dev/shm' : '/tmp',
      `bsdsock-bench-${process.pid}-${name}`,
    );
  const { execPath } = process;
  const list = [
    { name: 'C ring loop', command: [programs.ringPeer, device, file('ring')] },
    {
      name: 'record()',
      goal: lo ? 1.25 : 1.1,
      command: [execPath, path.join(folder, 'record.js'), device, file('record')],
    },
    {
      name: 'tcpdump -w -B 65536',
      command: [
        'tcpdump',
        '-i',
        device,
        '-n',
        '-s',
        '262144',
        '-B',
        '65536',
        '-w',
        file('tcpdump'),
      ],
      ready: /listening on/,
      // its last frames are received and not counted
      counts: (output, count) => count - Number(/(\d+) packets? dropped/.exec(output)[1]),
    },
    {
      name: 'onBatch(), each frame',
      goal: 3,
      command: [execPath, path.join(folder, 'lazy.js'), device],
    },
  ];
  if (programs.pcapPeer)
    list.push({ name: 'libpcap C loop', command: [programs.pcapPeer, device, file('libpcap')] });
  list.push({
    name: 'Python AF_PACKET',
    command: ['python3', path.join(folder, 'packet.py'), device, file('python')],
  });
  for (const name of ['pcap', 'cap']) {
    if (spawnSync(execPath, ['-e', `require('${name}')`]).status === 0)
      list.push({
        name: `npm ${name}`,
        command: [execPath, path.join(folder, 'npm.js'), name, device, file(name)],
      });
  }
  return list
    .filter(({ command: [program] }) => spawnSync('which', [program]).status === 0)
    .map((one) => capturer({ counts: lastLine, device, from, ...one }));
}

async function setup({ device = 'vb' } = {}) {
  for (const ns of [SENDER, RECEIVER]) {
    ip('netns', 'add', ns);
    ip('-n', ns, 'link', 'set', 'lo', 'up');
  }
  ip('-n', SENDER, 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb', 'netns', RECEIVER);
  for (const [ns, name] of [
    [SENDER, 'va'],
    [RECEIVER, 'vb'],
  ]) {
    execFileSync('ip', ['netns', 'exec', ns, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1']);
    ip('-n', ns, 'link', 'set', name, 'up');
  }
  const stop = () => {
    for (const ns of [SENDER, RECEIVER]) ip('netns', 'del', ns);
    for (const base of ['/dev/shm', '/tmp']) {
      if (!fs.existsSync(base)) continue;
      for (const name of fs.readdirSync(base))
        if (name.startsWith(`bsdsock-bench-${process.pid}-`)) fs.unlinkSync(path.join(base, name));
    }
  };
  return { contestants: contestants(device), stop };
}

/** What the table's ratios do not say: record() beside tcpdump. */
function comment(results, lo) {
  const of = (name) => results.find((one) => one.name.startsWith(name));
  const [ours, theirs] = [of('record'), of('tcpdump')];
  if (!ours || !theirs) return '';
  const ratio = ours.ns / theirs.ns;
  const goal = lo ? 0.7 : 0.65;
  return `record() takes ${ratio.toFixed(2)} of tcpdump's processor time a frame (goal <= ${goal.toFixed(2)}: ${ratio <= goal ? 'met' : 'MISSED'})\n`;
}

module.exports = {
  title: `capture over veth: processor ns a frame of ${SIZE} bytes, into a pcap file`,
  rounds: 11,
  warmup: 0,
  count: 1_000_000,
  setup,
  comment,
  needsRoot: true,
};
