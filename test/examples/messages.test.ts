// The examples that speak to local services and between processes: fd passing, syslog, sd_notify.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AF_UNIX, SOCK_DGRAM, Socket } from 'bsd-socket';
import { root, run, start, temporaryFolder } from '../tools';
import { runExample } from './programs';

const folder = temporaryFolder();
const example = (name: string) => path.join(root, 'examples', `${name}.js`);

test('fd_passing.js: one process reads what another has opened', async () => {
  const place = path.join(folder, 'fds');
  const [one, two] = ['one', 'two'].map((name) => path.join(folder, name)) as [string, string];
  fs.writeFileSync(one, 'first file');
  fs.writeFileSync(two, 'second file');
  const receiver = start(process.execPath, [example('fd_passing'), 'receive', place]);
  await receiver.output(/Listening on/);
  const sender = await runExample('node', 'fd_passing', ['send', place, one, two]);
  expect(sender.stdout).toBe('thanks\n');
  const { stdout, stderr, status } = await receiver.done;
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.replace(/process \d+ of user \d+/, 'process N of user N').split('\n')).toEqual([
    `Listening on ${place}`,
    'process N of user N sends 2 files',
    `${one}: first file`,
    `${two}: second file`,
    '',
  ]);
});

test('syslog.js: priority, time, name and message, to whoever listens', async () => {
  const place = path.join(folder, 'log');
  const log = new Socket(AF_UNIX, SOCK_DGRAM).bind(place);
  await runExample('node', 'syslog', ['-s', place, '-p', 'daemon.err', 'something', 'is wrong']);
  expect((await log.recv(1000)).toString()).toMatch(
    /^<27>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d node\[\d+\]: something is wrong$/,
  );
  log.close();
  const { status, stderr } = await runExample(
    'node',
    'syslog',
    ['-s', path.join(folder, 'none'), 'x'],
    true,
  );
  expect([status, stderr]).toEqual([1, `nobody listens at ${path.join(folder, 'none')}\n`]);
});

test('sd_notify.js: state, and descriptors for the store, by path and by abstract name', async () => {
  for (const place of [path.join(folder, 'notify'), `@bsd-socket-notify-${process.pid}`]) {
    const manager = new Socket(AF_UNIX, SOCK_DGRAM).bind(place.replace(/^@/, '\0'));
    await run(process.execPath, [example('sd_notify'), 'READY=1', 'STATUS=at work'], {
      env: { NOTIFY_SOCKET: place },
    });
    expect((await manager.recv(100)).toString()).toBe('READY=1\nSTATUS=at work');
    await run(process.execPath, [example('sd_notify'), 'FDSTORE=1', 'FDNAME=stdin'], {
      env: { NOTIFY_SOCKET: place },
    });
    const { data, fds } = await manager.recvFds(100, 4);
    expect([data.toString(), fds.length]).toEqual(['FDSTORE=1\nFDNAME=stdin', 1]);
    for (const fd of fds) fd.close();
    manager.close();
  }
  const { status } = await run(process.execPath, [example('sd_notify'), 'READY=1'], {
    env: { NOTIFY_SOCKET: '' },
    anyStatus: true,
  });
  expect(status).toBe(1);
});
