// `bsd-socket` without arguments: the demonstration. It captures on loopback while it sends, prints
// what came, and ends by itself.
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Capture, type Frame } from '../capture';
import { isErrno, type Socket, SocketError } from '../index';
import { decodeFrame, layerOf, PcapFile } from '../packet';
import { parse } from './args';
import { conversation, type Done, datagram, echoByHand, refusedBind, unixPair } from './exchange';
import { frameLine } from './frame-line';
import { bringUp, enterNamespace, insideNamespace, namespaceRefusal } from './namespace';

const FILE = 'bsd-socket-demo.pcap';
/** The last acknowledgements of a closed connection come within this. */
const SETTLE_MS = 100;

const SHOWN = [
  'SO_TYPE',
  'SO_RCVBUF',
  'SO_KEEPALIVE',
  'SO_LINGER',
  'IP_TTL',
  'TCP_NODELAY',
  'TCP_MAXSEG',
] as const;

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const section = (title: string, lines: readonly string[]): void =>
  print(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);

/**
 * The capture file of that path; where none was asked for and this folder is not ours to write in,
 * one in the temporary folder.
 */
function openFile(asked: string | undefined): [file: PcapFile, where: string] {
  const here = asked ?? FILE;
  try {
    return [new PcapFile(here), here];
  } catch (error) {
    if (
      asked !== undefined ||
      !['EACCES', 'EROFS', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))
    )
      throw error;
    const there = path.join(os.tmpdir(), `${process.pid}-${FILE}`);
    return [new PcapFile(there), there];
  }
}

/** A few options of a live socket, each of its own type, before and after some are set. */
function optionLines(socket: Socket): string[] {
  const read = () => SHOWN.map((name) => inspect(socket.options.get(name)));
  const before = read();
  socket.options.set({ TCP_NODELAY: true, SO_LINGER: { onoff: true, linger: 5 } });
  const after = read();
  socket.options.set({ SO_LINGER: null }); // else close() would wait for the peer's acknowledgement
  return SHOWN.map(
    (name, i) =>
      `${name.padEnd(13)} ${before[i]}${after[i] === before[i] ? '' : `  ->  ${after[i]}`}`,
  );
}

function errorLines(error: unknown): string[] {
  if (!(error instanceof SocketError)) throw error ?? new Error('the kernel refused nothing');
  const { name, message, hint, code, errno, syscall } = error;
  const said = hint ? message.replace(hint, '').replace(/[\s-]+$/, '') : message;
  return [
    `${name}: ${said}`,
    `code ${code}, errno ${errno}, syscall ${syscall}`,
    ...(hint ? [`hint: ${hint}`] : []),
  ];
}

/** What needs no privileges: what was done, and the options of the TCP socket while it lived. */
async function unprivilegedTraffic(): Promise<{ done: Done[]; options: string[] }> {
  let options: string[] = [];
  const done = [
    await datagram(),
    await conversation((socket) => {
      options = optionLines(socket);
    }),
  ];
  return { done, options };
}

/**
 * Whether the frame belongs to what we did: other programs' frames on loopback are counted, not
 * shown.
 */
function isOurs({ linktype, data }: Frame, done: readonly Done[]): boolean {
  const frame = decodeFrame(linktype, data);
  const transport = layerOf(frame, 'tcp') ?? layerOf(frame, 'udp');
  const id = layerOf(frame, 'icmp')?.id;
  return done.some(({ ports, id: ours }) =>
    transport
      ? ports?.some((port) => port === transport.sport || port === transport.dport)
      : id !== undefined && id === ours,
  );
}

async function withRawSockets(frames: Capture, asked: string | undefined): Promise<number> {
  const [file, where] = openFile(asked);
  const echo = await echoByHand();
  const { done: rest, options } = await unprivilegedTraffic();
  const done = [echo, ...rest];
  section(
    'Sent over loopback',
    done.map(({ said }) => said),
  );
  await sleep(SETTLE_MS);
  const lines: string[] = [];
  let others = 0;
  for (let batch = frames.tryBatch(); batch !== null; batch = frames.tryBatch()) {
    for (const frame of batch) {
      if (!isOurs(frame, done)) others += 1;
      else {
        lines.push(frameLine(frame));
        file.write({ data: frame.data, timestamp: frame.timestamp, len: frame.len });
      }
    }
  }
  file.close();
  section('Captured meanwhile on lo', lines);
  if (others > 0) print(`  and ${others} frames of other programs`);
  section(
    'Options of the TCP socket while it was connected, and what options.set({ TCP_NODELAY, SO_LINGER }) changed',
    options,
  );
  section('A typed error: the same address bound twice', errorLines(refusedBind()));
  print(`\n${lines.length} frames written to ${where}; tcpdump -nr ${where} reads them`);
  return 0;
}

async function withoutRawSockets(refusal: unknown, noNamespace: string): Promise<number> {
  const { done, options } = await unprivilegedTraffic();
  done.push(await unixPair());
  section(
    'Works without privileges',
    done.map(({ said }) => said),
  );
  section(
    'Options of the TCP socket while it was connected, and what options.set({ TCP_NODELAY, SO_LINGER }) changed',
    options,
  );
  section('Is missing: capturing, and packets built by hand. The kernel says', errorLines(refusal));
  print(`  and it gives us no network of our own either: ${noNamespace}`);
  return 0;
}

export async function start(args: string[]): Promise<number> {
  const { values } = parse({ args, options: { write: { type: 'string', short: 'w' } } });
  if (insideNamespace()) bringUp('lo');
  else print('bsd-socket: real packets on the loopback interface');
  let frames: Capture;
  try {
    frames = new Capture('lo');
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'EACCES')) throw error;
    const refusal = insideNamespace() ? 'raw sockets are refused in there too' : namespaceRefusal();
    if (refusal !== undefined) return withoutRawSockets(error, refusal);
    print(
      `${error.syscall} ${error.code}: no raw sockets for this user, so on in an own user and network namespace (unshare -Urn)`,
    );
    return enterNamespace(['start', ...args]);
  }
  try {
    return await withRawSockets(frames, values.write);
  } finally {
    frames.close();
  }
}
