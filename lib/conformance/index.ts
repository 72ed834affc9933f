// Conformance reports: what this kernel returns for every option, and what differs between two. The
// walk is loaded when it is asked for.
import type { OptionInfo } from './describe';
import type { Difference } from './diff';
import type { ConformanceReport, ConformanceRequest, SocketKind } from './types';

export type { OptionInfo } from './describe';
export type { Difference } from './diff';
export type {
  ConformanceReport,
  ConformanceRequest,
  KindReport,
  Misuse,
  OptionReport,
  SocketKind,
} from './types';

/**
 * getsockopt(2) and setsockopt(2) with every option on every kind of socket, and every misuse of
 * them: what this kernel returns, by option and errno. Sockets are made fresh, connected over
 * loopback, and closed; the process is left as it was. All of it blocks for a few seconds; `kinds`
 * and `options` choose less. Where the kernel loads modules on demand, it loads those of the chosen
 * kinds and options. Throws TypeError for a kind or an option that does not exist.
 */
export function conformance(request: ConformanceRequest = {}): ConformanceReport {
  return (require('./walk') as typeof import('./walk')).conformance(request);
}

/**
 * Compares two reports: what kernel `b` (or sandbox, or user) returns and `a` does not. Compares
 * what both reports have, leaves out values that vary from socket to socket, and names the options
 * and kinds of socket that only one has. Empty where they agree; TypeError for what is no report.
 */
export function conformanceDiff(a: ConformanceReport, b: ConformanceReport): Difference[] {
  return (require('./diff') as typeof import('./diff')).conformanceDiff(a, b);
}

/**
 * Every socket option that this package knows, as data: name, level, number, type, unit, access,
 * the Linux it came with, what it needs and does. `bsd-socket options` prints these.
 */
export function socketOptions(): OptionInfo[] {
  return (require('./describe') as typeof import('./describe')).describeOptions();
}

/** The kinds of socket that conformance() tries options on: 'tcp', 'udp-connected' ... */
export function socketKinds(): readonly SocketKind[] {
  return (require('./kinds') as typeof import('./kinds')).kinds;
}
