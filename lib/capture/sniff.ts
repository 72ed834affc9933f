// scapy's one-liner: a few frames, kept.

import { badRange, badType, membersOf } from '../errors/arguments';
import { type Frame, keep } from '../pcap/frame';
import { Capture, type CaptureOptions } from './capture';
import { CAPTURE_OPTIONS } from './options';

/** Milliseconds that a timer takes. */
const LONGEST = 0x7fffffff;
const SNIFF_OPTIONS = [...CAPTURE_OPTIONS, 'count', 'timeoutMs'];

/**
 * Captures until `count` frames came, `timeoutMs` milliseconds went by, or the signal aborts; the
 * frames are yours to keep. One of count, timeoutMs, signal is needed.
 */
export async function sniff(
  device: string,
  given: CaptureOptions & { count?: number; timeoutMs?: number } = {},
): Promise<Frame[]> {
  const { count, timeoutMs, ...options } = membersOf(given, 'sniff', SNIFF_OPTIONS);
  if (count === undefined && timeoutMs === undefined && options.signal === undefined)
    throw badRange('sniff: options', 'given an end: count, timeoutMs or signal', 'without one');
  for (const [what, value] of [
    ['count', count],
    ['timeoutMs', timeoutMs],
  ] as const) {
    if (value !== undefined && typeof value !== 'number')
      throw badType(`sniff: ${what}`, 'a number', value);
    if (value !== undefined && !(value > 0)) throw badRange(`sniff: ${what}`, 'more than 0', value);
  }
  if (timeoutMs !== undefined && timeoutMs > LONGEST)
    throw badRange('sniff: timeoutMs', `at most ${LONGEST}`, timeoutMs);
  const capture = new Capture(device, options);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => capture.close(), timeoutMs);
  const frames: Frame[] = [];
  try {
    for await (const frame of capture) {
      frames.push(keep(frame));
      if (count !== undefined && frames.length >= count) break;
    }
    return frames;
  } finally {
    clearTimeout(timer);
    capture.close();
  }
}
