// A generator of pcapng files for tests: every kind of block, in either byte order, written by
// hand from the draft and not by the package.

export class PcapngFile {
  private readonly parts: Buffer[] = [];
  constructor(readonly little: boolean) {}

  u16(value: number): Buffer {
    const b = Buffer.alloc(2);
    if (this.little) b.writeUInt16LE(value);
    else b.writeUInt16BE(value);
    return b;
  }
  u32(...values: number[]): Buffer {
    return Buffer.concat(
      values.map((value) => {
        const b = Buffer.alloc(4);
        if (this.little) b.writeUInt32LE(value >>> 0);
        else b.writeUInt32BE(value >>> 0);
        return b;
      }),
    );
  }
  u64(value: bigint): Buffer {
    const b = Buffer.alloc(8);
    if (this.little) b.writeBigInt64LE(BigInt.asIntN(64, value));
    else b.writeBigInt64BE(BigInt.asIntN(64, value));
    return b;
  }
  pad(bytes: Buffer): Buffer {
    return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  }
  options(...options: [code: number, value: Buffer | string][]): Buffer {
    const parts = options.map(([code, value]) => {
      const bytes = Buffer.from(value as string);
      return Buffer.concat([this.u16(code), this.u16(bytes.length), this.pad(bytes)]);
    });
    return options.length === 0 ? Buffer.alloc(0) : Buffer.concat([...parts, this.u32(0)]);
  }
  block(type: number, ...body: Buffer[]): this {
    const bytes = Buffer.concat(body);
    const length = this.u32(bytes.length + 12);
    this.parts.push(this.u32(type), length, bytes, length);
    return this;
  }
  section(...options: [number, string][]): this {
    return this.block(
      0x0a0d0d0a,
      this.u32(0x1a2b3c4d),
      this.u16(1),
      this.u16(0),
      this.u64(-1n),
      this.options(...options),
    );
  }
  interface(linktype: number, ...options: [number, Buffer | string][]): this {
    return this.block(
      1,
      this.u16(linktype),
      this.u16(0),
      this.u32(262144),
      this.options(...options),
    );
  }
  packet(number: number, units: bigint, data: Buffer, ...options: [number, Buffer | string][]) {
    const time = BigInt.asUintN(64, units);
    return this.block(
      6,
      this.u32(number, Number(time >> 32n), Number(time & 0xffffffffn), data.length, data.length),
      this.pad(data),
      this.options(...options),
    );
  }
  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** A file with every kind of block and of option, and two sections. */
export function everyBlock(little: boolean, frame: Buffer): Buffer {
  const f = new PcapngFile(little);
  const custom = (text: string) => Buffer.concat([f.u32(32473), Buffer.from(text)]);
  return f
    .section([2, 'a machine'], [3, 'an os'], [4, 'a program'], [1, 'of the section'])
    .interface(
      1,
      [2, 'eth0'],
      [3, 'a description'],
      [4, Buffer.from([10, 0, 0, 1, 255, 0, 0, 0])],
      [6, Buffer.from([2, 0, 0, 0, 0, 1])],
      [8, f.u64(1_000_000_000n)],
      [9, Buffer.from([9])],
      [11, '\0tcp port 80'],
      [12, 'Linux'],
      [13, Buffer.from([4])],
      [15, 'a card'],
      [2988, custom('custom text')],
      [1, 'of the interface'],
    )
    .interface(101, [2, 'tun0'], [9, Buffer.from([0x8a])], [14, f.u64(-5_000_000_000n)])
    .packet(0, 1_700_000_000_123_456_789n, frame, [1, 'first'], [1, 'second'], [2, f.u32(2)])
    .packet(0, 1n, frame, [4, f.u64(3n)], [5, f.u64(7n)], [2989, custom('\x01\x02')], [7, '\0v'])
    .packet(1, 1024n, frame.subarray(14), [3, '\x02abcd'], [6, f.u32(2)])
    .block(3, f.u32(frame.length), f.pad(frame))
    .block(
      2,
      f.u16(0),
      f.u16(9),
      f.u32(0, 77, frame.length, frame.length),
      f.pad(frame),
      f.options([2, f.u32(1)]),
    )
    .block(
      4,
      f.u16(1),
      f.u16(9),
      f.pad(Buffer.from('\x0a\0\0\x01a.de\0', 'latin1')),
      f.u16(2),
      f.u16(20),
      Buffer.concat([Buffer.alloc(16, 1), Buffer.from('b\0c\0')]),
      f.u32(0),
      f.options([2, 'dns.example']),
    )
    .block(5, f.u32(0, 0, 99), f.options([4, f.u64(10n)], [5, f.u64(1n)], [2, f.u32(1, 2)]))
    .block(10, f.u32(0x544c534b, 11), f.pad(Buffer.from('CLIENT_RAND')), f.options([1, 'keys']))
    .block(0x0bad, f.u32(32473), Buffer.from('may be copied ..'))
    .block(0x40000bad, f.u32(32473), Buffer.from('may not.'))
    .block(9, f.pad(Buffer.from('__REALTIME_TIMESTAMP=1\n')))
    .block(0x77, f.u32(1, 2, 3))
    .section()
    .interface(113, [2, 'wlan0'])
    .packet(
      0,
      5n,
      Buffer.concat([Buffer.from('00040001000602000000000100000800', 'hex'), frame.subarray(14)]),
    )
    .bytes();
}
