// What a capture may be told, checked.

import { badRange, badType, checkMembers, integer, membersOf, namesOf } from '../errors/arguments';
import type { BpfProgram, Fanout } from '../options/types';
import { MAXIMUM_SNAPLEN } from '../packet';
import type { Direction } from './attach';
import { type RingOptions, ringSizes } from './ring';

/** What Capture takes. */
export interface CaptureOptions {
  /**
   * pcap-filter(7), `tcpdump -ddd` text, or instructions. Attached before bind: nothing unwanted is
   * ever queued.
   */
  filter?: string | BpfProgram;
  /** SO_LOCK_FILTER: the filter stays for the life of the socket, setFilter() answers EPERM. */
  lock?: boolean;
  /** Bytes of each frame that are kept, 1 … 262144 (the default: all). */
  snaplen?: number;
  /**
   * PACKET_MR_PROMISC: frames for other hosts too, for as long as the capture is open. Not of
   * 'any'.
   */
  promiscuous?: boolean;
  /** PACKET_MR_ALLMULTI: every multicast group. Not of 'any'. */
  allmulti?: boolean;
  direction?: Direction;
  /** Each frame at once: by recvmmsg(2), without a ring. */
  immediate?: boolean;
  /**
   * The kernel's ring, TPACKET_V3; `false` takes recvmmsg(2) instead. Sizes of your own are an
   * error where the kernel has no memory for them, the default ones shrink.
   */
  ring?: false | RingOptions;
  /**
   * PACKET_FANOUT: the sockets of a group share the frames out among them. `program` is for mode
   * 'cbpf'.
   */
  fanout?: Fanout & { program?: BpfProgram };
  /**
   * Whose clock: the kernel's, or the adapter's own (SIOCSHWTSTAMP, CAP_NET_ADMIN; ENOTSUP where it
   * has none).
   */
  timestamp?: 'host' | 'adapter';
  /**
   * What becomes of the VLAN tag that the kernel takes out of a frame: it is put back (the
   * default), told as `frame.vlan`, or forgotten.
   */
  vlan?: 'reinsert' | 'metadata' | 'strip';
  /** Closes the capture when aborted. */
  signal?: AbortSignal;
}

/** The same with defaults. */
export interface Settings {
  filter: string | BpfProgram | null;
  lock: boolean;
  snaplen: number;
  promiscuous: boolean;
  allmulti: boolean;
  direction: Direction;
  ring: Required<RingOptions> | null;
  /** The sizes are the caller's own. */
  chosen: boolean;
  fanout: CaptureOptions['fanout'];
  timestamp: 'host' | 'adapter';
  vlan: 'reinsert' | 'metadata' | 'strip';
  signal: AbortSignal | undefined;
}

function oneOf<T extends string>(
  value: unknown,
  what: string,
  words: readonly T[],
  otherwise: T,
): T {
  if (value === undefined) return otherwise;
  if (!words.includes(value as T))
    throw badRange(what, words.map((word) => `'${word}'`).join(', '), value);
  return value as T;
}

function flag(value: unknown, what: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw badType(what, 'a boolean', value);
  return value === true;
}

/** 'any' (and '') is every interface. */
export function devicesOf(device: unknown): string[] {
  const given = typeof device === 'string' ? [device] : device;
  if (
    !Array.isArray(given) ||
    given.length === 0 ||
    !given.every((one) => typeof one === 'string')
  ) {
    throw badType('Capture: device', "the name of an interface, several of them, or 'any'", device);
  }
  const names = (given as string[]).map((name) => (name === 'any' ? '' : name));
  if (names.length > 1 && names.includes(''))
    throw badRange('Capture: device', "'any' alone, or interfaces by name", given.join(', '));
  if (new Set(names).size < names.length)
    throw badRange('Capture: device', 'each interface once', given.join(', '));
  return names;
}

export const CAPTURE_OPTIONS = namesOf<CaptureOptions>({
  filter: true,
  lock: true,
  snaplen: true,
  promiscuous: true,
  allmulti: true,
  direction: true,
  immediate: true,
  ring: true,
  fanout: true,
  timestamp: true,
  vlan: true,
  signal: true,
});
const FANOUT = ['group', 'mode', 'defrag', 'rolloverFlag', 'uniqueId', 'program'];

export function settingsOf(given: CaptureOptions, devices: readonly string[]): Settings {
  if (typeof given !== 'object' || given === null)
    throw badType('Capture: options', 'an object', given);
  const o = membersOf(given, 'Capture', CAPTURE_OPTIONS);
  const { filter = null, snaplen = MAXIMUM_SNAPLEN, ring, fanout, signal } = o;
  integer('Capture: snaplen', snaplen, 1, MAXIMUM_SNAPLEN);
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw badType('Capture: signal', 'an AbortSignal', signal);
  if (ring !== undefined && ring !== false && (typeof ring !== 'object' || ring === null))
    throw badType('Capture: ring', 'false, or { blockSize, blocks, timeoutMs }', ring);
  const promiscuous = flag(o.promiscuous, 'Capture: promiscuous');
  const allmulti = flag(o.allmulti, 'Capture: allmulti');
  if (devices.includes('') && (promiscuous || allmulti))
    throw badRange(
      'Capture: promiscuous, allmulti',
      "asked of an interface: 'any' takes what each lets in",
      'any',
    );
  if (fanout !== undefined && (typeof fanout !== 'object' || fanout === null))
    throw badType('Capture: fanout', '{ group, mode }', fanout);
  if (fanout !== undefined) checkMembers(fanout, 'Capture: fanout', FANOUT);
  if (fanout !== undefined && devices.length > 1)
    throw badRange('Capture: fanout', 'for one interface: a group has one', devices.join(', '));
  if (fanout !== undefined && (fanout.mode === 'cbpf') !== (fanout.program !== undefined)) {
    throw badRange(
      'Capture: fanout.program',
      "there with mode 'cbpf', and only there",
      fanout.mode,
    );
  }
  const none = ring === false || flag(o.immediate, 'Capture: immediate');
  return {
    filter,
    lock: flag(o.lock, 'Capture: lock'),
    snaplen,
    promiscuous,
    allmulti,
    direction: oneOf(o.direction, 'Capture: direction', ['in', 'out', 'inout'], 'inout'),
    ring: none ? null : ringSizes(ring || {}),
    chosen: typeof ring === 'object' && (ring.blockSize !== undefined || ring.blocks !== undefined),
    fanout,
    timestamp: oneOf(o.timestamp, 'Capture: timestamp', ['host', 'adapter'], 'host'),
    vlan: oneOf(o.vlan, 'Capture: vlan', ['reinsert', 'metadata', 'strip'], 'reinsert'),
    signal,
  };
}
