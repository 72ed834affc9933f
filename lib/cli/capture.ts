// `bsd-socket capture`: frames as lines, or into files, from interfaces or from a file, until the
// count is reached or Ctrl-C. tcpdump's letters.
import { Capture, LINK_NAMES, PcapWriter, type Recording } from '../capture';
import { isErrno } from '../errors';
import { if_nameindex } from '../names';
import { becomeUser, PostRotation } from './after-open';
import { UsageError } from './args';
import { type CaptureArguments, captureArguments } from './capture-arguments';
import { readCaptureFile } from './capture-file';
import { checkLinktype, listing } from './capture-lists';
import { FrameLines } from './frame-line';
import { CAP_DAC_OVERRIDE, dropCapabilities } from './privileges';
import { StatusLine } from './status-line';
import { stopSignal } from './stop';

const counted = (n: bigint | number, what: string): string =>
  `${n} packet${Number(n) === 1 ? '' : 's'} ${what}\n`;

function summary(captured: bigint | number, capture: Capture): string {
  const { received, dropped, frozen } = capture.stats();
  return (
    counted(captured, 'captured') +
    counted(received + dropped, 'received by the socket') +
    counted(dropped, 'dropped by kernel') +
    (dropped > 0n && frozen > 0n
      ? `the ring was full ${frozen} time${frozen === 1n ? '' : 's'}\n`
      : '')
  );
}

function announce(a: CaptureArguments, capture: Capture): void {
  const where = a.devices[0] === 'any' ? 'all interfaces' : a.devices.join(', ');
  const link = LINK_NAMES[capture.linktype] ?? capture.linktype;
  process.stderr.write(
    `listening on ${where}, link type ${link}, kernel timestamps${capture.ring ? '' : ', without the ring'}\n`,
  );
}

/**
 * What ended it, where that is an answer and not a mistake of ours: an interface that went down or
 * away, a reader that went away.
 */
function ending(error: unknown, devices: readonly string[]): number {
  if (isErrno(error, 'EPIPE')) return 0;
  if (!isErrno(error, 'ENETDOWN', 'ENODEV')) throw error;
  const said =
    (error as { hint?: string }).hint?.replace(/^the /, '') ??
    `interface ${devices.join(', ')} went down`;
  process.stderr.write(`bsd-socket capture: ${said}\n`);
  return 1;
}

/** Ring to file, in the native thread. */
async function recordTo(
  path: string,
  a: CaptureArguments,
  capture: Capture,
  signal: AbortSignal,
): Promise<number> {
  const rotates = a.record.rotate !== undefined;
  // Before the recorder's thread starts; a rotation opens files later.
  if (a.user === undefined) dropCapabilities(CAP_DAC_OVERRIDE);
  else becomeUser(a.user);
  const recording: Recording = capture.record(path, a.record);
  if (!rotates && a.user === undefined) dropCapabilities();
  announce(a, capture);
  const after =
    a.command === undefined
      ? undefined
      : new PostRotation(a.command, path, a.record.rotate?.files, recording);
  const status = new StatusLine(() => recording.stats());
  const stop = () => void recording.stop().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let failure: unknown;
  try {
    await recording.done;
  } catch (error) {
    failure = error;
  }
  status.end();
  after?.end();
  process.stderr.write(summary(recording.stats().packets, capture));
  return failure === undefined ? 0 : ending(failure, a.devices);
}

/** Every frame as a line, and into a file too where that was asked for. */
async function printFrames(
  a: CaptureArguments,
  capture: Capture,
  signal: AbortSignal,
): Promise<number> {
  const file =
    a.write === undefined
      ? undefined
      : new PcapWriter(a.write === '-' ? process.stdout : a.write, {
          format: a.record.format,
          nanoseconds: a.record.nanoseconds,
          linktype: capture.linktype,
        });
  if (a.user === undefined) dropCapabilities();
  else becomeUser(a.user);
  announce(a, capture);
  const lines = new FrameLines(a.style);
  const names = new Map(if_nameindex().map(({ index, name }) => [index, name]));
  let left = a.record.packets ?? Number.POSITIVE_INFINITY;
  let captured = 0;
  let failure: unknown;
  let text = '';
  const until =
    a.record.seconds === undefined
      ? undefined
      : setTimeout(() => capture.close(), a.record.seconds * 1000);
  signal.addEventListener('abort', () => capture.close(), { once: true });
  if (signal.aborted) capture.close();
  try {
    if (!capture.closed) {
      for await (const batch of capture.batches()) {
        for (const frame of batch) {
          if (left-- <= 0) break;
          captured += 1;
          const { timestamp, len, direction } = frame;
          file?.write({
            data: frame.copy(),
            timestamp,
            len,
            ...(a.record.format === 'pcapng' && {
              direction,
              interface: names.get(frame.ifindex) ?? 'any',
            }),
          });
          if (file === undefined || a.print) text += lines.of(frame);
          if (a.unbuffered && text !== '') {
            process.stdout.write(text);
            text = '';
          }
        }
        file?.flush();
        if (text !== '') process.stdout.write(text);
        text = '';
        if (left <= 0) break;
      }
    }
  } catch (error) {
    failure = error;
  }
  clearTimeout(until);
  await file?.end().catch((error: unknown) => {
    failure ??= error;
  });
  process.stderr.write(summary(captured, capture));
  return failure === undefined ? 0 : ending(failure, a.devices);
}

export async function capture(args: string[]): Promise<number> {
  const a = captureArguments(args);
  const text = await listing(a);
  if (text !== undefined) {
    process.stdout.write(`${text}\n`);
    return 0;
  }
  const signal = stopSignal();
  if (a.read !== undefined) return readCaptureFile(a.read, a, signal);
  const frames = new Capture(a.devices, { ...a.options, filter: a.filter });
  try {
    checkLinktype(a, frames.linktype);
    if (!frames.ring && a.record.rotate !== undefined)
      throw new UsageError(
        '-G and -C need the ring, which this capture has not: leave --immediate out',
      );
    return a.write === undefined || a.print || !frames.ring
      ? await printFrames(a, frames, signal)
      : await recordTo(a.write, a, frames, signal);
  } finally {
    frames.close();
  }
}
