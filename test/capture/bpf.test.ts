// Classic BPF as text and run here: against the kernel itself, and against what libpcap compiles.

import * as S from 'bsd-socket';
import { assemble, type BpfInstruction, compile, disassemble, matches } from 'bsd-socket/capture';
import fc from 'fast-check';
import { EXPRESSIONS } from './expressions';

describe('text', () => {
  it.each(EXPRESSIONS)('of %j comes back as the program', (expression) => {
    let program: BpfInstruction[];
    try {
      program = compile(expression);
    } catch {
      return; // of live captures only
    }
    expect(assemble(disassemble(program))).toEqual(program);
  });

  it('knows labels, comments, metadata, and the jumps that are others the other way round', () => {
    const program = assemble(`
      ; IPv4 that this host sent
      start:  ldh [12]        // ethertype
              jne #0x800, drop
              ld #type
              jeq #4, keep
      drop:   ret #0
      keep:   ret #-1`);
    expect(program).toEqual([
      { code: 0x28, jt: 0, jf: 0, k: 12 },
      { code: 0x15, jt: 0, jf: 2, k: 0x800 },
      { code: 0x20, jt: 0, jf: 0, k: 0xfffff004 },
      { code: 0x15, jt: 1, jf: 0, k: 4 },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
      { code: 0x06, jt: 0, jf: 0, k: 0xffffffff },
    ]);
    expect(disassemble(program)).toContain('ld [-4092]');
  });

  it.each([
    ['', '1 … 4096 instructions'],
    ['foo #1', 'line 1'],
    ['ret #0x1ffffffff', 'line 1'],
    ['ld M[16]\nret a', 'line 1'],
    ['jeq #1, nowhere\nret #0', 'line 1'],
    ['back: ret #0\njeq #1, back\nret #1', 'line 2'],
    ['ld [', 'line 1'],
    ['a: a: ret #0', 'line 1'],
    ['ret #0, #1', 'line 1'],
  ])('%j is refused, and the line named', (text, said) => {
    expect(() => assemble(text)).toThrow(said);
  });

  it('what is no program is refused', () => {
    expect(() => disassemble([{ code: 0xffff, jt: 0, jf: 0, k: 0 }])).toThrow('program[0].code');
    expect(() => disassemble(Buffer.alloc(7))).toThrow('8 bytes');
    expect(() => disassemble([{ code: 5, jt: 0, jf: 0, k: 9 }])).toThrow('a jump');
    expect(() => matches([{ code: 0, jt: 0, jf: 0, k: 1 }], Buffer.alloc(1))).toThrow(
      'followed by',
    );
    expect(() => matches([{ code: 6, jt: 0, jf: 0, k: -1 }], Buffer.alloc(1))).toThrow(
      'program[0].k',
    );
  });
});

/** What the kernel answers: the datagram's length behind a filter, 0 where it does not come. */
class KernelFilter {
  private readonly pair = S.socketpair(S.AF_UNIX, S.SOCK_DGRAM);
  private readonly room = Buffer.alloc(4096);
  run(program: readonly BpfInstruction[], frame: Uint8Array): number | string {
    const [tx, rx] = this.pair;
    try {
      rx.attachFilter(program);
    } catch (error) {
      return (error as { code: string }).code;
    }
    tx.sendSync(frame);
    return rx.tryRecv(this.room) ?? 0;
  }
  close(): void {
    for (const socket of this.pair) socket.close();
  }
}

const k = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(0x800, 0xffffffff, 0x80000000, 255, 31, 32, 1),
);
const LOADS = [0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01, 0x61, 0x81, 0xb1];
const STORES = [0x02, 0x03];
const ALUS = [
  0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c,
  0x84, 0x94, 0x9c, 0xa4, 0xac, 0x07, 0x87,
];
const JUMPS = [0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d];
/** Scratch memory is written before anything reads it, as the kernel demands. */
const PROLOGUE: BpfInstruction[] = Array.from({ length: 16 }, (_, i) => ({
  code: 2,
  jt: 0,
  jf: 0,
  k: i,
}));
const instruction = fc.record({
  code: fc.constantFrom(...LOADS, ...STORES, ...ALUS, ...JUMPS),
  jt: fc.integer({ min: 0, max: 3 }),
  jf: fc.integer({ min: 0, max: 3 }),
  k,
});
const program = fc
  .array(instruction, { minLength: 1, maxLength: 24 })
  .map((list): BpfInstruction[] => [
    ...PROLOGUE,
    ...list.map((one, i) => {
      const jump = JUMPS.includes(one.code);
      const left = list.length - i; // instructions behind this one, the last ret a included
      const memory = [0x60, 0x61, 0x02, 0x03].includes(one.code);
      const divides = [0x34, 0x94].includes(one.code);
      const shifts = [0x64, 0x74].includes(one.code);
      return {
        code: one.code,
        jt: jump ? Math.min(one.jt, left - 1) : 0,
        jf: jump ? Math.min(one.jf, left - 1) : 0,
        k: memory ? one.k % 16 : divides ? Math.max(one.k, 1) : shifts ? one.k % 32 : one.k,
      };
    }),
    { code: 0x16, jt: 0, jf: 0, k: 0 },
  ]);

it('matches() answers what the kernel does, for any program and any frame', () => {
  const kernel = new KernelFilter();
  try {
    let taken = 0;
    fc.assert(
      fc.property(program, fc.uint8Array({ minLength: 1, maxLength: 64 }), (list, frame) => {
        const theirs = kernel.run(list, frame);
        if (typeof theirs === 'string') return; // a program that it refuses
        taken++;
        // A shift by a register of more than 31 is undefined, and not compared.
        if (list.some(({ code }) => code === 0x6c || code === 0x7c)) return;
        expect(Math.min(matches(list, frame), frame.length)).toBe(theirs);
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(2500);
  } finally {
    kernel.close();
  }
});

describe('compile', () => {
  it('is libpcap, in its words', () => {
    const program = compile('tcp port 80 and host 10.0.0.1');
    expect(program.at(-1)).toEqual({ code: 6, jt: 0, jf: 0, k: 0 });
    expect(
      compile('ip', { snaplen: 100 }).some(({ code, k: kept }) => code === 6 && kept === 100),
    ).toBe(true);
    expect(compile('ip', { linktype: 101 })[0]).not.toEqual(compile('ip')[0]);
    expect(compile('tcp or udp', { optimize: false }).length).toBeGreaterThan(
      compile('tcp or udp').length,
    );
  });
  it('refuses with the reason', () => {
    expect(() => compile('tcp and and')).toThrow(
      expect.objectContaining({
        name: 'SyntaxError',
        code: 'ERR_INVALID_FILTER',
        message: expect.stringMatching(/syntax error/),
      }),
    );
    expect(() => compile(7 as never)).toThrow(TypeError);
    expect(() => compile('a\0b')).toThrow(RangeError);
    expect(() => compile('ip', { linktype: -1 })).toThrow(RangeError);
    expect(() => compile('x'.repeat(100_000))).toThrow();
  });
});
