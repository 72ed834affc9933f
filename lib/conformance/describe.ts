// socketOptions(): what the tables and headers know of every socket option, as plain data.
import type { Entry } from '../options/registry';
import { GROUPS } from '../options/row';
import { untyped } from '../options/untyped';
import { type Subject, subjects } from './subjects';

/** What is known of a socket option without asking the kernel. */
export interface OptionInfo {
  /** Its name in a conformance report: of a name at two levels, the second is `LEVEL.NAME`. */
  readonly key: string;
  /** SO_RCVBUF. */
  readonly name: string;
  /** The number of its level. */
  readonly level: number;
  /** SOL_SOCKET. */
  readonly levelName: string;
  readonly optname: number;
  /** What its value is, for people: 'int', 'struct linger'; absent for raw bytes. */
  readonly type?: string;
  /** 'bytes', 'milliseconds'. */
  readonly unit?: string;
  readonly access?: 'rw' | 'ro' | 'wo';
  /** The first Linux that has it; '-' where the name is this package's own. */
  readonly since?: string;
  /** The first Linux that can read it, where that is a later one. */
  readonly readSince?: string;
  /** The first Linux without it. */
  readonly until?: string;
  /** The sockets that have it, in words. */
  readonly on?: string;
  /** The privilege that setting it takes. */
  readonly needs?: string;
  /** What the kernel does with it that surprises. */
  readonly quirk?: string;
  readonly doc?: string;
  /** Why it has no type. */
  readonly untyped?: string;
  /** Its value from the bytes that getsockopt(2) returns; absent where bytes are not enough. */
  decode?(bytes: Buffer): unknown;
}

const because = (name: string): string =>
  untyped[name] ?? 'raw bytes: of a protocol that few kernels have';

function typed({ row, readable }: Entry): Partial<OptionInfo> {
  const { codec, unit, access, since, readSince, until, on, needs, quirk, doc } = row;
  const decodes = readable && codec.get === undefined && row.readingChanges === undefined;
  return {
    ...{ type: codec.type, unit, access, since, readSince, until, needs, quirk, doc },
    on: GROUPS[on][0],
    ...(decodes && { decode: (bytes: Buffer) => codec.decode(bytes) }),
  };
}

const infoOf = ({ key, name, level, levelName, optname, entry }: Subject): OptionInfo => ({
  ...{ key, name, level, levelName, optname },
  ...(entry ? typed(entry) : { untyped: because(name) }),
});

/** Every option of the tables and the headers, in the order of their levels. */
export const describeOptions = (): OptionInfo[] => subjects().map(infoOf);
