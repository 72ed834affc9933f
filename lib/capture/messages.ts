// Frames without a ring: recvmmsg(2) into a slab, 64 at a time, where a ring is refused or a frame
// must come at once.
import type { PacketAddress } from '../address';
import * as c from '../constants';
import { check, isErrno } from '../errors';
import { badRange } from '../errors/arguments';
import { CMSG_SPACE, parseControl } from '../message';
import { type MmsgEntry, native } from '../native';
import { ETHERNET, ETHERTYPE_VLAN, LINKTYPE_ETHERNET, SLL2, VLAN } from '../packet';
import { DIRECTIONS, type Frame, type FrameBatch } from '../pcap/frame';
import type { Socket } from '../socket';
import { tpacket_auxdata, tpacket_stats } from '../structs/packet';
import { kernel_timespec } from '../structs/socket';
import type { Look, Reader } from './reader';

const CONTROL = CMSG_SPACE(kernel_timespec.size) + CMSG_SPACE(tpacket_auxdata.size);
const ADDRESS = native.layouts.sockaddr_ll.fields;

const SLOTS = 64;
const SLAB_BYTES = 8 << 20;
/** No interface of the kernel's has longer frames (BIG TCP). */
const LONGEST = 524_288;
/** Room before each frame, for what is put there. */
const HEADROOM = SLL2.size + VLAN.size;
/** Bytes that may wait for us in the kernel. */
const RECEIVE_BUFFER = 32 << 20;
const COUNT_EVERY_MS = 60_000;

interface Row {
  offset: number;
  caplen: number;
  len: number;
  timestamp: bigint;
  ifindex: number;
  pkttype: number;
  vlan: number | undefined;
}

class MessageFrame implements Frame {
  constructor(
    private readonly batch: MessageBatch,
    private readonly i: number,
  ) {}
  private get row(): Row {
    return this.batch.rows[this.i];
  }
  get data(): Buffer {
    if (!this.batch.live)
      throw badRange(
        'the frame',
        'of the batch at hand (copy() keeps one)',
        'of a batch that is over',
      );
    return this.batch.slab.subarray(this.row.offset, this.row.offset + this.row.caplen);
  }
  get timestamp(): bigint {
    return this.row.timestamp;
  }
  get caplen(): number {
    return this.row.caplen;
  }
  get len(): number {
    return this.row.len;
  }
  get ifindex(): number {
    return this.row.ifindex;
  }
  get direction(): Frame['direction'] {
    return DIRECTIONS[this.row.pkttype] ?? 'kernel';
  }
  get vlan(): number | undefined {
    return this.row.vlan;
  }
  get linktype(): number {
    return this.batch.linktype;
  }
  copy(): Buffer {
    return Buffer.from(this.data);
  }
}

class MessageBatch implements FrameBatch {
  live = true;
  closed = false;
  constructor(
    readonly slab: Buffer,
    readonly rows: readonly Row[],
    readonly linktype: number,
  ) {}
  get count(): number {
    return this.rows.length;
  }
  get offsets(): Uint32Array {
    return Uint32Array.from(this.rows, (row) => row.offset);
  }
  get caplens(): Uint32Array {
    return Uint32Array.from(this.rows, (row) => row.caplen);
  }
  get lens(): Uint32Array {
    return Uint32Array.from(this.rows, (row) => row.len);
  }
  get timestamps(): BigInt64Array {
    return BigInt64Array.from(this.rows.map((row) => row.timestamp));
  }
  frame(i: number): Frame {
    if (!Number.isInteger(i) || i < 0 || i >= this.count)
      throw badRange('frame: i', `0 … ${this.count - 1}`, i);
    return new MessageFrame(this, i);
  }
  *[Symbol.iterator](): Generator<Frame, undefined> {
    for (let i = 0; i < this.count && !this.closed; i++) yield new MessageFrame(this, i);
  }
}

export class MessageReader implements Reader {
  private readonly slab: Buffer;
  private readonly frameSize: number;
  private readonly entries: MmsgEntry[] = [];
  private readonly heads: Int32Array;
  private readonly starts: number[] = [];
  private counted = Date.now();
  private current: MessageBatch | null = null;
  private readonly counts = { received: 0n, dropped: 0n, frozen: 0n };

  constructor(
    readonly socket: Socket<PacketAddress>,
    readonly look: Look,
  ) {
    this.frameSize = Math.min(look.snaplen, LONGEST);
    const slot = HEADROOM + this.frameSize;
    const slots = Math.max(4, Math.min(SLOTS, Math.floor(SLAB_BYTES / slot)));
    this.slab = Buffer.alloc(slots * slot);
    this.heads = new Int32Array(4 * slots);
    for (let i = 0; i < slots; i++) {
      const start = i * slot + HEADROOM;
      this.starts.push(start);
      this.entries.push([
        [this.slab.subarray(start, start + this.frameSize)],
        new Uint8Array(native.layouts.sockaddr_ll.size),
        new Uint8Array(CONTROL),
      ]);
    }
    const set = (level: number, option: number, value: number) =>
      native.setsockopt_int(socket.fileno(), level, option, value);
    check(set(c.SOL_SOCKET, c.SO_TIMESTAMPNS_NEW, 1), 'setsockopt');
    check(set(c.SOL_PACKET, c.PACKET_AUXDATA, 1), 'setsockopt');
    if (set(c.SOL_SOCKET, c.SO_RCVBUFFORCE, RECEIVE_BUFFER) < 0)
      set(c.SOL_SOCKET, c.SO_RCVBUF, RECEIVE_BUFFER);
  }

  release(): void {
    if (this.current !== null) this.current.live = false;
    this.current = null;
  }

  tryNext(): MessageBatch | null {
    this.release();
    const count = this.receive();
    if (count === 0) return null;
    // The kernel counts in 32 bits: none must pass unread.
    if (Date.now() - this.counted > COUNT_EVERY_MS) this.stats();
    const rows: Row[] = [];
    for (let i = 0; i < count; i++) rows.push(this.row(i));
    this.current = new MessageBatch(this.slab, rows, this.look.linktype);
    return this.current;
  }

  private receive(): number {
    const fd = this.socket.fileno();
    if (fd < 0) return 0;
    for (let i = 0; i < this.entries.length; i++)
      this.heads.set([0, native.layouts.sockaddr_ll.size, CONTROL, 0], 4 * i);
    const count = native.recvmmsg(
      fd,
      this.entries,
      this.heads,
      c.MSG_DONTWAIT | c.MSG_TRUNC,
      -1,
      0,
    );
    // a sandbox that knows recvmsg only
    if (isErrno({ errno: count }, 'ENOSYS')) return this.receiveOne(fd);
    if (isErrno({ errno: count }, 'EAGAIN')) return 0;
    return check(count, 'recvmmsg');
  }

  private receiveOne(fd: number): number {
    const [iov, name, control] = this.entries[0];
    const out = Int32Array.of(native.layouts.sockaddr_ll.size, CONTROL, 0);
    const length = native.recvmsg(fd, iov, name, control, out, c.MSG_DONTWAIT | c.MSG_TRUNC);
    if (isErrno({ errno: length }, 'EAGAIN')) return 0;
    this.heads.set([check(length, 'recvmsg'), ...out], 0);
    return 1;
  }

  private row(i: number): Row {
    const [length, , controllen] = this.heads.subarray(4 * i, 4 * i + 3);
    const address = this.entries[i][1] as Uint8Array;
    const from = new DataView(address.buffer, address.byteOffset);
    const row: Row = {
      offset: this.starts[i],
      caplen: Math.min(length, this.frameSize),
      len: length,
      timestamp: 0n,
      ifindex: from.getInt32(ADDRESS.sll_ifindex[0], true),
      pkttype: address[ADDRESS.sll_pkttype[0]],
      vlan: undefined,
    };
    let tpid = ETHERTYPE_VLAN;
    for (const { level, type, data } of parseControl(
      (this.entries[i][2] as Uint8Array).subarray(0, controllen),
    )) {
      if (
        level === c.SOL_SOCKET &&
        type === c.SO_TIMESTAMPNS_NEW &&
        data.length >= kernel_timespec.size
      ) {
        const { sec, nsec } = kernel_timespec.unpack(data);
        row.timestamp = sec * 1_000_000_000n + nsec;
      } else if (
        level === c.SOL_PACKET &&
        type === c.PACKET_AUXDATA &&
        data.length >= tpacket_auxdata.size
      ) {
        const { status, len, vlanTci, vlanTpid } = tpacket_auxdata.unpack(data);
        row.len = Math.max(len, row.caplen);
        if (status & c.TP_STATUS_VLAN_VALID) row.vlan = vlanTci;
        if (status & c.TP_STATUS_VLAN_TPID_VALID) tpid = vlanTpid;
      }
    }
    // A frame that came before the socket asked for times has none.
    if (row.timestamp === 0n) row.timestamp = BigInt(Date.now()) * 1_000_000n;
    this.prepare(row, tpid, from);
    if (this.look.vlan !== 'metadata') row.vlan = undefined;
    return row;
  }

  private prepare(row: Row, tpid: number, from: DataView): void {
    const tagged = row.vlan !== undefined && this.look.vlan === 'reinsert';
    const { slab } = this;
    let protocol = from.getUint16(ADDRESS.sll_protocol[0]);
    if (this.look.cooked) {
      if (tagged) {
        slab.writeUInt16BE(row.vlan as number, row.offset - 4);
        slab.writeUInt16BE(protocol, row.offset - 2);
        protocol = tpid;
        grow(row, VLAN.size);
      }
      grow(row, SLL2.size);
      const hatype = from.getUint16(ADDRESS.sll_hatype[0], true);
      const hardware = ADDRESS.sll_addr[0];
      SLL2.packInto(slab, row.offset, {
        protocol,
        ifindex: row.ifindex,
        hatype,
        pkttype: row.pkttype,
        halen: from.getUint8(ADDRESS.sll_halen[0]),
        addressHigh: from.getUint32(hardware),
        addressLow: from.getUint32(hardware + 4),
      });
    } else if (tagged && this.look.linktype === LINKTYPE_ETHERNET && row.caplen >= ETHERNET.size) {
      const addresses = ETHERNET.offsets.type;
      slab.copyWithin(row.offset - VLAN.size, row.offset, row.offset + addresses);
      grow(row, VLAN.size);
      slab.writeUInt16BE(tpid, row.offset + addresses);
      slab.writeUInt16BE(row.vlan as number, row.offset + addresses + 2);
    }
  }

  skipWaiting(): void {
    if (this.current !== null) this.current.closed = true;
    this.release();
    while (this.receive() > 0);
  }

  stats(): { received: bigint; dropped: bigint; frozen: bigint } {
    this.counted = Date.now();
    const fd = this.socket.fileno();
    if (fd >= 0) {
      const out = new Uint8Array(tpacket_stats.size);
      check(
        native.getsockopt(fd, c.SOL_PACKET, c.PACKET_STATISTICS, out, out.length),
        'getsockopt',
      );
      const { packets, drops } = tpacket_stats.unpack(out);
      // the kernel counts dropped ones as packets too
      this.counts.received += BigInt(packets - drops);
      this.counts.dropped += BigInt(drops);
    }
    return { ...this.counts };
  }

  close(): void {
    if (this.socket.closed) return;
    if (this.current !== null) this.current.closed = true;
    try {
      this.stats();
    } finally {
      this.release();
      this.socket.close();
    }
  }
}

function grow(row: Row, by: number): void {
  row.offset -= by;
  row.caplen += by;
  row.len += by;
}
