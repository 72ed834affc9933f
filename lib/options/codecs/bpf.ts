// Options whose value is a classic BPF program: struct sock_fprog, which carries a pointer, so that
// only native builds it.

import { badRange, badType, demand } from '../../errors/arguments';
import { native } from '../../native';
import type { Initial } from '../../structs';
import { sock_filter } from '../../structs/socket';
import type { Codec } from '../row';
import type { BpfInstruction, BpfProgram } from '../types';

/** BPF_MAXINSNS of the kernel. */
const LONGEST = 4096;

/** The bytes of a program, eight an instruction. */
export function programBytes(program: BpfProgram, what: string): Uint8Array {
  if (Buffer.isBuffer(program)) {
    if (program.length === 0 || program.length % sock_filter.size !== 0)
      throw badRange(what, 'whole instructions of 8 bytes', program.length);
    return program;
  }
  if (!Array.isArray(program))
    throw badType(
      what,
      'an array of { code, jt, jf, k }, or a Buffer of such instructions',
      program,
    );
  const instructions: readonly Initial<typeof sock_filter.members>[] = program;
  if (instructions.length === 0 || instructions.length > LONGEST)
    throw badRange(what, `1 … ${LONGEST} instructions`, instructions.length);
  const out = Buffer.alloc(instructions.length * sock_filter.size);
  instructions.forEach((one, i) => {
    sock_filter.write(out, i * sock_filter.size, one, `${what}[${i}]`);
    demand(`${what}[${i}]`, one, 'code', 'jt', 'jf', 'k');
  });
  return out;
}

export function instructions(bytes: Uint8Array): BpfInstruction[] {
  return Array.from({ length: bytes.length / sock_filter.size }, (_, i) =>
    sock_filter.read(bytes, i * sock_filter.size),
  );
}

/** Accept every packet whole: ret #0xffffffff. */
const ACCEPT: BpfProgram = [{ code: 0x06, jt: 0, jf: 0, k: 0xffffffff }];

export const program: Codec<never, BpfProgram> = {
  type: 'BPF program (struct sock_fprog)',
  size: 16,
  typedOnly: true,
  sample: ACCEPT,
  decode: undefined as never,
  encode: programBytes,
  set(fd, level, option, value, what) {
    const bytes = programBytes(value, what);
    return native.setsockopt_fprog(fd, level, option, bytes, bytes.length / sock_filter.size);
  },
};

/** SO_GET_FILTER: optlen counts instructions, in and out. */
export const attached: Codec<BpfInstruction[], never> = {
  type: 'BPF program',
  size: 8,
  typedOnly: true,
  decode: instructions,
  encode: undefined as never,
  get(fd) {
    const count = native.getsockopt_filter(fd, null);
    if (count < 0) return count;
    const bytes = Buffer.alloc(count * sock_filter.size);
    const got = count === 0 ? 0 : native.getsockopt_filter(fd, bytes);
    return got < 0 ? got : { value: instructions(bytes.subarray(0, got * sock_filter.size)) };
  },
};
