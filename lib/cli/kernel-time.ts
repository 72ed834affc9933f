// When the kernel received a message: SCM_TIMESTAMPNS in its control data, asked for with
// SO_TIMESTAMPNS_NEW (the one with 64-bit time everywhere).

import { SO_TIMESTAMPNS_NEW, SOL_SOCKET } from '../constants';
import { type Cmsg, controlSpace } from '../message';
import { kernel_timespec } from '../structs/socket';

/** The room it takes in control data. */
export const KERNEL_TIME_SPACE = controlSpace(kernel_timespec.size);

/** Nanoseconds since the epoch; undefined where the kernel did not say. */
export function kernelTime(control: readonly Cmsg[]): bigint | undefined {
  const found = control.find(
    ({ level, type, data }) =>
      level === SOL_SOCKET && type === SO_TIMESTAMPNS_NEW && data.length >= kernel_timespec.size,
  );
  if (!found) return undefined;
  const { sec, nsec } = kernel_timespec.unpack(found.data);
  return sec * 1_000_000_000n + nsec;
}
