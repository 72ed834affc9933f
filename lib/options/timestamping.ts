// SO_TIMESTAMPING's mask in words: SOF_TIMESTAMPING_RX_SOFTWARE is 'RX_SOFTWARE'.

import { type ConstantName, constants } from '../constants';
import { badType } from '../errors/arguments';
import { once } from '../lazy';

const PREFIX = 'SOF_TIMESTAMPING_';
/** Every SOF_TIMESTAMPING_ name of the headers. */
export type TimestampingFlag = ConstantName extends infer N
  ? N extends `SOF_TIMESTAMPING_${infer F}`
    ? F
    : never
  : never;

const flags = once(
  () =>
    new Map(
      Object.entries(constants)
        .filter(([name, bit]) => name.startsWith(PREFIX) && (bit & (bit - 1)) === 0)
        .map(([name, bit]) => [name.slice(PREFIX.length) as TimestampingFlag, bit]),
    ),
);

/**
 * The mask that SO_TIMESTAMPING, SCM_TIMESTAMPING's request and PACKET_TIMESTAMP take:
 * `timestamping('RX_SOFTWARE', 'SOFTWARE')`.
 */
export function timestamping(...names: readonly TimestampingFlag[]): number {
  return names.reduce((mask, name) => {
    const bit = flags().get(name);
    if (bit === undefined)
      throw badType(
        'timestamping',
        `names of SOF_TIMESTAMPING_ flags (${[...flags().keys()].join(', ')})`,
        name,
      );
    return mask | bit;
  }, 0);
}

/** The names in a mask, lowest bit first. */
export function timestampingFlags(mask: number): TimestampingFlag[] {
  return [...flags()]
    .filter(([, bit]) => (mask & bit) !== 0)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
}
