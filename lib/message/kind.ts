// A kind of control message: level, number and payload. Numbers repeat over levels, so it is an
// object, and calling it builds one.
import type { Cmsg } from './cmsg';
import type { Owners, Payload } from './payload';

declare const CMSG: unique symbol;

/**
 * A control-message type. `msg.get(CM.IP_TTL)` reads one, `CM.IP_TTL(3)` builds one. `In` is what
 * building takes where that is less than what reading gives.
 */
export interface CmsgType<L extends string, V, In = V> {
  (value: In): Cmsg;
  readonly level: number;
  readonly type: number;
  readonly name: string;
  readonly [CMSG]?: { level: L; value: V };
  /**
   * The value of a payload; undefined where the bytes are too few for one (a message that was cut
   * short).
   */
  decode(data: Buffer, owners: Owners): V | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: any payload at all
type AnyPayload = Payload<any, any>;
type Rows = Readonly<Record<string, readonly [type: number, payload: AnyPayload]>>;
type Kinds<L extends string, R extends Rows> = {
  readonly [K in keyof R]: R[K][1] extends Payload<infer Out, infer In>
    ? CmsgType<L, Out, In>
    : never;
};

function kind(name: string, level: number, type: number, payload: AnyPayload): unknown {
  const build = (value: unknown): Cmsg => ({ level, type, data: payload.encode(value, name) });
  Object.defineProperty(build, 'name', { value: name, enumerable: true });
  const decode = (data: Buffer, owners: Owners) =>
    data.length < payload.least ? undefined : payload.decode(data, owners);
  return Object.assign(build, { level, type, decode });
}

/** One level's rows: each name with its number and its payload. */
export function kinds<L extends string, R extends Rows>(
  _name: L,
  level: number,
  rows: R,
): Kinds<L, R> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, [type, payload]]) => [name, kind(name, level, type, payload)]),
  ) as Kinds<L, R>;
}
