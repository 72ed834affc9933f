// What interfaces dropped before any socket saw it: /proc/net/dev, which unlike /sys/class/net is
// always of the namespace that asks.
import * as fs from 'node:fs';

/**
 * Of the columns that count what was received: bytes, packets, errs, drop (rx_dropped and
 * rx_missed_errors together).
 */
const DROP = 3;

/** The sum over these interfaces; undefined where one of them does not tell ('any' never does). */
export function dropsOf(devices: readonly string[]): bigint | undefined {
  let text: string;
  try {
    text = fs.readFileSync('/proc/thread-self/net/dev', 'utf8');
  } catch {
    return undefined;
  }
  const counts = new Map(
    text.split('\n').map((line) => {
      const colon = line.lastIndexOf(':');
      return [
        line.slice(0, Math.max(colon, 0)).trim(),
        line
          .slice(colon + 1)
          .trim()
          .split(/\s+/)[DROP],
      ];
    }),
  );
  let sum = 0n;
  for (const device of devices) {
    const count = counts.get(device);
    if (device === '' || count === undefined) return undefined;
    sum += BigInt(count);
  }
  return sum;
}
