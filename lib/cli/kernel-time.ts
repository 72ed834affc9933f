// When the kernel received a message: SCM_TIMESTAMPNS in its control data, asked for with
// SO_TIMESTAMPNS_NEW (the one with 64-bit time everywhere).

import { SO_TIMESTAMPNS_NEW, SOL_SOCKET } from '../constants';
import { type Cmsg, controlSpace } from '../message';
import { i64, struct } from '../structs';

const TIMESPEC = struct('__kernel_timespec', { sec: i64, nsec: i64 }, 'tv_');

/** The room it takes in control data. */
export const KERNEL_TIME_SPACE = controlSpace(TIMESPEC.size);

/** Nanoseconds since the epoch; undefined where the kernel did not say. */
export function kernelTime(control: readonly Cmsg[]): bigint | undefined {
  const found = control.find(
    ({ level, type, data }) =>
      level === SOL_SOCKET && type === SO_TIMESTAMPNS_NEW && data.length >= TIMESPEC.size,
  );
  if (!found) return undefined;
  const { sec, nsec } = TIMESPEC.unpack(found.data);
  return sec * 1_000_000_000n + nsec;
}
