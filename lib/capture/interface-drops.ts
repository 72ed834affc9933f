// What interfaces dropped before any socket saw it: /sys/class/net/…/statistics.
import * as fs from 'node:fs';

const COUNTERS = ['rx_dropped', 'rx_missed_errors'] as const;

/** The sum over these interfaces; undefined where one of them does not tell ('any' never does). */
export function dropsOf(devices: readonly string[]): bigint | undefined {
  let sum = 0n;
  for (const device of devices) {
    if (device === '' || device.includes('/')) return undefined;
    for (const counter of COUNTERS) {
      try {
        sum += BigInt(fs.readFileSync(`/sys/class/net/${device}/statistics/${counter}`, 'utf8').trim());
      } catch {
        return undefined;
      }
    }
  }
  return sum;
}
