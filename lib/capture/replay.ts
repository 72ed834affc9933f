// A capture file put back on the wire: at its own pace, at a multiple of it, or as fast as the
// interface takes it.
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENOBUFS } from '../constants';
import { isErrno, socketError } from '../errors';
import { badRange, badType, membersOf } from '../errors/arguments';
import { interfaces } from '../names';
import { LINKTYPE_ETHERNET } from '../pcap/linktype';
import { readPcap } from '../pcap/reader';
import { noDevice } from './gone';
import { Injector } from './inject';

/** What replay() takes. */
export interface ReplayOptions {
  /** 1 is the file's own pace (the default), 2 twice that, Infinity as fast as it goes. */
  speed?: number;
  /** Stops between two frames. */
  signal?: AbortSignal;
  /** Is given the counts so far, which go on, before the first frame. */
  onStart?: (stats: Readonly<ReplayStats>) => void;
}

/** What a replay sent. */
export interface ReplayStats {
  /** Frames sent. */
  frames: number;
  bytes: number;
  /** Frames that were captured in part only, or are longer than the interface takes: not sent. */
  skipped: number;
}

const BATCH = 256;
/** Milliseconds that an interface may take nothing at all. */
const PATIENCE = 5000;
/** Milliseconds: timers take no more than 2^31. */
const LONGEST_SLEEP = 1_000_000_000;

/**
 * Sends the frames of a pcap or pcapng file on an Ethernet interface, as they are. RangeError for a
 * file of another link type; ENODEV, ENETDOWN, EPERM as bind(2) and send(2) have them; ENOBUFS
 * where it took nothing for 5 seconds.
 */
export async function replay(
  device: string,
  src: string | Readable,
  given: ReplayOptions = {},
): Promise<ReplayStats> {
  const o = membersOf(given, 'replay', ['speed', 'signal', 'onStart']);
  const { speed = 1, signal } = o;
  if (typeof speed !== 'number') throw badType('replay: speed', 'a number', speed);
  if (!(speed > 0)) throw badRange('replay: speed', 'more than 0', speed);
  if (typeof device !== 'string')
    throw badType('replay: device', 'the name of an interface', device);
  const found = interfaces().find(({ name }) => name === device);
  if (found === undefined) throw noDevice(device);
  const { mtu } = found;
  const injector = new Injector(device);
  const stats: ReplayStats = { frames: 0, bytes: 0, skipped: 0 };
  o.onStart?.(stats);
  const waiting: Buffer[] = [];
  let stuck: number | undefined; // since when, ms
  const send = async () => {
    for (let sent = 0; sent < waiting.length; ) {
      signal?.throwIfAborted();
      try {
        const now = injector.injectMany(waiting.slice(sent));
        for (const frame of waiting.slice(sent, sent + now)) stats.bytes += frame.length;
        stats.frames += now;
        sent += now;
        stuck = undefined;
        if (sent < waiting.length) await sleep(1);
      } catch (error) {
        if (!isErrno(error, 'EAGAIN', 'ENOBUFS')) throw error;
        stuck ??= performance.now();
        if (performance.now() - stuck > PATIENCE)
          throw socketError(-ENOBUFS, 'sendmmsg', {
            hint: `${device} took nothing for ${PATIENCE / 1000} seconds: has it a carrier?`,
          });
        await sleep(1); // the queue is full
      }
    }
    waiting.length = 0;
  };
  let first: { timestamp: bigint; at: number } | undefined;
  try {
    for await (const frame of readPcap(src)) {
      signal?.throwIfAborted();
      if (frame.linktype !== LINKTYPE_ETHERNET)
        throw badRange(
          'replay: src',
          `a file of Ethernet frames (link type ${LINKTYPE_ETHERNET})`,
          frame.linktype,
        );
      if (frame.caplen < frame.len || frame.caplen > mtu + 18) {
        stats.skipped += 1;
        continue;
      }
      const { timestamp } = frame;
      if (Number.isFinite(speed) && timestamp !== undefined) {
        first ??= { timestamp, at: performance.now() };
        const due = first.at + Number(timestamp - first.timestamp) / 1e6 / speed;
        const early = due - performance.now();
        if (early > 1) {
          await send();
          for (let left = early; left > 1; left = due - performance.now())
            await sleep(Math.min(left, LONGEST_SLEEP), undefined, { signal });
        }
      }
      waiting.push(frame.data);
      if (waiting.length >= BATCH) await send();
    }
    await send();
    return stats;
  } finally {
    injector.close();
  }
}
