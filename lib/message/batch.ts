// MessageBatch: recvmmsg(2) and sendmmsg(2) without garbage. One block of memory, columns of typed
// arrays, views made on demand.
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  NeedsLookup,
} from '../address';
import { type Bytes, bufferAt, toBytes } from '../bytes';
import { AF_UNIX, IPPROTO_UDP, UDP_GRO } from '../constants';
import type { OwnedFd } from '../descriptors';
import { badRange, badType, integer, membersOf } from '../errors/arguments';
import type { ControlSpan } from './cmsg';
import { COPY_AHEAD, copyOf } from './copies';
import { checkExtras, extrasBytes, type SendExtras } from './extras';
import { claim, intAt, type Message, Received } from './message';
import { METADATA_ROOM } from './metadata';
import { Cursor, Slot } from './slot';

const MOST = 1024; // UIO_MAXIOV
const MOST_CONTROL = 1 << 20;
const MOST_BYTES = 0x7fffffff;
const MOST_MEMORY = 0xffffff00; // offsets are 32 bits wide
const COLUMNS = 4;
const WORD = 4;
const NAME_ROOM = 128;
const NAME_WORDS = NAME_ROOM / WORD;
const CONTROL_ALIGN = 8;
const DATA = 'MessageBatch.set: data';
const MEMBERS = ['count', 'size', 'control'];

/**
 * Space for `count` messages (at most 1024) of up to `size` bytes and `control` bytes of control
 * data each. What it gives out — views, messages, iterators — lasts until it is filled again;
 * copy() keeps a message.
 */
// biome-ignore lint/suspicious/noExplicitAny: a batch fits sockets of every family
export class MessageBatch<A extends Address = any> implements Iterable<Message<A>> {
  /** How many messages fit. */
  readonly capacity: number;
  /** bytes of payload that a slot holds */
  readonly size: number;
  /** bytes of control data that a slot holds */
  readonly controlRoom: number;
  /** all payloads, slot after slot */
  readonly slab: Buffer;
  /** where each payload starts in the slab */
  readonly offsets: Uint32Array;
  /** bytes of each message, as the kernel said (with MSG_TRUNC that may exceed the slot) */
  readonly lengths: Uint32Array;
  /** msg_flags of each message */
  readonly flags: Uint32Array;
  /**
   * The whole block, as native code takes it.
   *
   * @internal
   */
  readonly block: Uint8Array;

  private filled = 0;
  private family = 0;
  private readonly nameLengths: Uint32Array;
  private readonly controlLengths: Uint32Array;
  private readonly names: Uint32Array;
  private readonly view: DataView;
  private readonly words: Uint32Array;
  private readonly namesAt: number;
  private readonly controlsAt: number;
  private arrived: (readonly OwnedFd[])[] | undefined;
  private readonly taken = new Set<OwnedFd>();
  /** What slots are to be sent with, until the socket's family is known. */
  private readonly to: (AddressLike<A> | undefined)[];
  private readonly extras: (SendExtras | undefined)[];
  /** `from` of the slots, for the error of a send */
  private readonly sources: (string | undefined)[] = [];
  /** 1 where set() filled the slot, 0 where the kernel did */
  private readonly ours: Uint8Array;
  private readonly known = new Uint32Array(NAME_WORDS);
  private readonly encoded = new Uint32Array(NAME_WORDS);
  private readonly encodedBytes = new Uint8Array(this.encoded.buffer);
  private knownLength = 0;
  private knownAddress: A | undefined;

  constructor(options: { count: number; size: number; control?: number }) {
    const { count, size, control = METADATA_ROOM } = membersOf(options, 'MessageBatch', MEMBERS);
    const capacity = integer('MessageBatch: count', count, 1, MOST);
    this.capacity = capacity;
    this.size = integer('MessageBatch: size', size, 0, MOST_BYTES);
    const controlLength =
      Math.ceil(integer('MessageBatch: control', control, 0, MOST_CONTROL) / CONTROL_ALIGN) *
      CONTROL_ALIGN;
    this.controlRoom = controlLength;
    this.namesAt = COLUMNS * WORD * capacity;
    this.controlsAt = this.namesAt + NAME_ROOM * capacity;
    const slabAt = this.controlsAt + controlLength * capacity;
    const end = slabAt + size * capacity;
    if (end > MOST_MEMORY)
      throw badRange('MessageBatch: memory of all messages', `at most ${MOST_MEMORY} bytes`, end);
    const memory = new ArrayBuffer(Math.ceil(end / WORD) * WORD + COPY_AHEAD);
    const column = (i: number) => new Uint32Array(memory, i * WORD * capacity, capacity);
    this.lengths = column(0);
    this.flags = column(1);
    this.nameLengths = column(2);
    this.controlLengths = column(3);
    this.names = new Uint32Array(memory, this.namesAt, NAME_WORDS * capacity);
    this.view = new DataView(memory);
    this.words = new Uint32Array(memory);
    this.block = new Uint8Array(memory, 0, end);
    this.slab = bufferAt(memory, slabAt, size * capacity);
    this.offsets = Uint32Array.from({ length: capacity }, (_, i) => i * size);
    this.ours = new Uint8Array(capacity);
    this.to = new Array(capacity).fill(undefined);
    this.extras = new Array(capacity).fill(undefined);
  }

  /** How many messages the last receive brought, or set() has put in. */
  get count(): number {
    return this.filled;
  }

  // --- reading

  /** The payload of message `i`, a view. */
  data(i: number): Buffer {
    const { slab } = this;
    return bufferAt(slab.buffer, slab.byteOffset + this.offsets[this.index(i)], this.lengthOf(i));
  }

  /** Who sent message `i`. The same peer twice in a row gives the same object. */
  address(i: number): A {
    this.index(i);
    const { names, known } = this;
    const length = Math.min(this.nameLengths[i], NAME_ROOM);
    const words = (length + WORD - 1) >> 2;
    const at = i * NAME_WORDS;
    let same = this.knownAddress !== undefined && length === this.knownLength;
    for (let k = 0; same && k < words; k++) same = names[at + k] === known[k];
    if (same) return this.knownAddress as A;
    const start = this.namesAt + i * NAME_ROOM;
    const address = decodeAddress(
      this.block.subarray(start, start + NAME_ROOM),
      length,
      this.family,
    ) as A;
    for (let k = 0; k < words; k++) known[k] = names[at + k];
    this.knownLength = length;
    this.knownAddress = address;
    return address;
  }

  /** Message `i`, a view of its own; iteration uses one for all. */
  message(i: number): Message<A> {
    return new Slot<A>(this, this.index(i));
  }

  /** Iterates with one cursor, which moves: copy() what is to be kept. */
  [Symbol.iterator](): IterableIterator<Message<A>> {
    return new Cursor<A>(this);
  }

  /**
   * Every datagram, those of GRO trains one by one: where it stands in the slab, how long it is,
   * and of which message it is.
   */
  datagrams(visit: (offset: number, length: number, i: number) => void): void {
    for (let i = 0; i < this.filled; i++) {
      const length = this.lengthOf(i);
      const start = this.offsets[i];
      const size = this.segmentSize(i) || length;
      if (size >= length) visit(start, length, i);
      else
        for (let at = 0; at < length; at += size) visit(start + at, Math.min(size, length - at), i);
    }
  }

  /** Bytes of message `i` that are here. */
  lengthOf(i: number): number {
    const length = this.lengths[i];
    return Math.min(length, this.size);
  }

  /** Bytes of the messages `from` up to `end` together. */
  bytes(from: number, end: number): number {
    let sum = 0;
    for (let i = from; i < end; i++) sum += this.lengthOf(i);
    return sum;
  }

  /** Bytes of each datagram of the train that message `i` is; 0 where it is none. */
  segmentSize(i: number): number {
    const length = this.controlLengths[i];
    if (length === 0) return 0;
    const at = this.controlsAt + i * this.controlRoom;
    const size = intAt(
      this.view,
      at,
      at + Math.min(length, this.controlRoom),
      IPPROTO_UDP,
      UDP_GRO,
    );
    return size !== undefined && size > 0 ? size : 0;
  }

  /**
   * Where the control data of message `i` stands.
   *
   * @internal
   */
  span(i: number): ControlSpan {
    const at = this.controlsAt + this.index(i) * this.controlRoom;
    return { view: this.view, at, end: at + Math.min(this.controlLengths[i], this.controlRoom) };
  }

  /** Whether there is space for control messages. */
  hasControl(i: number): boolean {
    return this.controlLengths[i] > 0;
  }

  /**
   * The descriptor that arrived with message `i`: who asks for it has it, and the batch closes it
   * no more.
   * @internal
   */
  owned(i: number, fd: number): OwnedFd | undefined {
    const found = this.arrived?.[i]?.find((one) => one.fd === fd);
    if (found !== undefined) this.taken.add(found);
    return found;
  }

  /** Message `i` in memory of its own, with its descriptors. */
  copy(i: number): Message<A> {
    const { view, at, end } = this.span(i);
    const control =
      at === end
        ? NOTHING
        : Buffer.from(this.block.subarray(view.byteOffset + at, view.byteOffset + end));
    const fds = this.arrived?.[i];
    for (const fd of fds ?? []) this.taken.add(fd);
    return new Received<A>(
      this.copyData(i),
      control,
      this.flags[i],
      this.address(i),
      fds,
      this.lengths[i],
    );
  }

  /** The payload of message `i` in memory of its own. */
  copyData(i: number): Buffer {
    return copyOf(this.words, this.slab.byteOffset + this.offsets[this.index(i)], this.lengthOf(i));
  }

  // --- writing

  /**
   * Puts message `i` together for sending: its payload is copied into the slot, here and now;
   * destination and extras are looked at when it is sent. A number says that so many bytes stand in
   * the slot already, written to the slab at offsets[i]. RangeError where the payload is longer
   * than a slot.
   */
  set(
    i: number,
    data: Bytes | readonly Bytes[] | number,
    to?: AddressLike<A>,
    extras?: SendExtras,
  ): void {
    const slot = integer('MessageBatch.set: i', i, 0, this.capacity - 1);
    let length = 0;
    if (typeof data === 'number')
      length = integer('MessageBatch.set: bytes in the slot', data, 0, this.size);
    else if (Array.isArray(data)) length = this.gather(data as readonly Bytes[], slot);
    else length = this.put(toBytes(data as Bytes, DATA), slot, 0);
    if (extras !== undefined) checkExtras(extras);
    if (this.arrived !== undefined) this.discard(slot);
    this.lengths[slot] = length;
    this.nameLengths[slot] = 0;
    this.controlLengths[slot] = 0;
    this.ours[slot] = 1;
    this.to[slot] = to;
    this.extras[slot] = extras;
    if (this.sources.length > 0) this.sources[slot] = undefined;
    if (slot >= this.filled) {
      for (let between = this.filled; between < slot; between++) this.empty(between);
      this.filled = slot + 1;
    }
  }

  /** Forgets all messages. Descriptors that nobody took are closed. */
  clear(): void {
    for (let i = 0; i < this.filled; i++) this.discard(i);
    this.arrived = undefined;
    this.to.fill(undefined);
    this.extras.fill(undefined);
    this.filled = 0;
  }

  // --- for the socket

  /**
   * `count` messages were received into the block on a socket of this family. `added` are the flags
   * that the package added to the caller's, which the kernel returns with its own.
   *
   * @internal
   */
  received(count: number, family: number, added = 0): void {
    if (this.arrived !== undefined) this.clear();
    if (added !== 0) for (let i = 0; i < count; i++) this.flags[i] &= ~added;
    this.filled = count;
    this.family = family;
    this.ours.fill(0, 0, count);
    if (family === AF_UNIX && this.controlRoom > 0 && count > 0) this.claim(count);
  }

  /**
   * Makes the slots `from` up to `end` ready for sendmmsg on a socket of this family. What the
   * kernel filled goes back to where it came from. `peer` tells where messages without a
   * destination go, if that matters.
   * @internal
   */
  prepare(from: number, end: number, family: number, peer: () => Uint8Array | undefined): void {
    let last: AddressLike<A> | undefined;
    let bytes: Uint8Array | undefined;
    let there: Uint8Array | undefined;
    for (let i = from; i < end; i++) {
      if (this.ours[i] === 0) {
        this.controlLengths[i] = 0;
        this.lengths[i] = this.lengthOf(i);
        continue;
      }
      const to = this.to[i];
      const extras = this.extras[i];
      if (to !== last) bytes = to === undefined ? undefined : this.encode(family, to, i);
      last = to;
      if (bytes !== undefined) this.name(i, bytes.length);
      if (extras === undefined) continue;
      if (extras.from !== undefined) this.sources[i] = extras.from;
      this.attach(i, extrasBytes(family, extras, bytes ?? (there ??= peer())) ?? NOTHING);
      // descriptors are held until others take their place
      if (extras.fds === undefined) this.extras[i] = undefined;
    }
  }

  /** The source address that message `i` is sent from, where one was given. */
  source(i: number): string | undefined {
    return this.sources[i];
  }

  private put(bytes: Uint8Array, slot: number, after: number): number {
    if (after + bytes.length > this.size)
      throw badRange(DATA, `at most ${this.size} bytes`, after + bytes.length);
    this.slab.set(bytes, this.offsets[slot] + after);
    return bytes.length;
  }

  /** All or nothing: what is refused leaves the slot as it was. */
  private gather(data: readonly Bytes[], slot: number): number {
    const parts: Uint8Array[] = [];
    // Not by map: the first hole of a sparse array ends it.
    for (let i = 0; i < data.length; i++) parts.push(toBytes(data[i], DATA));
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    if (total > this.size) throw badRange(DATA, `at most ${this.size} bytes`, total);
    let length = 0;
    for (const part of parts) length += this.put(part, slot, length);
    return length;
  }

  private encode(family: number, to: AddressLike<A>, i: number): Uint8Array {
    try {
      const bytes = encodeAddress(family, to);
      if (bytes.length > NAME_ROOM)
        throw badRange(
          `message ${i}: to`,
          `an address of at most ${NAME_ROOM} bytes`,
          bytes.length,
        );
      this.encodedBytes.set(bytes);
      return bytes;
    } catch (error) {
      if (error instanceof NeedsLookup)
        throw badType(`message ${i}: to`, 'a numeric address (a batch looks no name up)', to);
      throw error;
    }
  }

  /**
   * The address just encoded, for message `i`: a few words, which a loop copies faster than
   * TypedArray.set.
   */
  private name(i: number, length: number): void {
    const { names, encoded } = this;
    const at = i * NAME_WORDS;
    for (let k = 0; k << 2 < length; k++) names[at + k] = encoded[k];
    this.nameLengths[i] = length;
    this.to[i] = undefined;
  }

  private attach(i: number, control: Uint8Array): void {
    if (control.length > this.controlRoom)
      throw badRange(
        `message ${i}: control data`,
        `at most ${this.controlRoom} bytes (MessageBatch: control)`,
        control.length,
      );
    this.block.set(control, this.controlsAt + i * this.controlRoom);
    this.controlLengths[i] = control.length;
  }

  private claim(count: number): void {
    const arrived: (readonly OwnedFd[])[] = [];
    for (let i = 0; i < count; i++) {
      const { at, end } = this.span(i);
      const fds = at === end ? [] : claim(this.block.subarray(at, end));
      if (fds.length > 0) arrived[i] = fds;
    }
    if (arrived.length > 0) this.arrived = arrived;
  }

  private empty(i: number): void {
    this.discard(i);
    this.lengths[i] = 0;
    this.nameLengths[i] = 0;
    this.controlLengths[i] = 0;
    this.ours[i] = 1;
    this.to[i] = undefined;
    this.extras[i] = undefined;
  }

  private discard(i: number): void {
    const fds = this.arrived?.[i];
    if (fds === undefined) return;
    for (const fd of fds) if (!this.taken.delete(fd)) fd.close();
    delete (this.arrived as (readonly OwnedFd[])[])[i];
  }

  /** `i`, where there is such a message. */
  index(i: number): number {
    if (i >= 0 && i < this.filled && Number.isInteger(i)) return i;
    throw badRange(
      'the number of a message',
      `less than ${this.filled}: so many the batch holds now`,
      i,
    );
  }
}

const NOTHING = Buffer.alloc(0);
