// Capture: frames of interfaces, in batches, one by one, as a stream, into a file; and frames put
// on the wire.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PacketAddress } from '../address';
import type { Bytes } from '../bytes';
import { EBADF, EOPNOTSUPP, EPERM, SO_ERROR, SOL_SOCKET } from '../constants';
import { isErrno, socketError } from '../errors';
import { badRange, badType, integer } from '../errors/arguments';
import type { BpfProgram } from '../options/types';
import { type Frame, type FrameBatch, keep } from '../pcap/frame';
import type { Socket } from '../socket';
import { fairly } from '../wait';
import { NOTHING, socketProgram } from './attach';
import { gone } from './gone';
import { Injector } from './inject';
import { dropsOf } from './interface-drops';
import { type Opened, openPort } from './open';
import { type CaptureOptions, devicesOf, type Settings, settingsOf } from './options';
import type { CaptureStats } from './reader';
import { type Recording, type RecordOptions, startRecording } from './record';
import { RingReader } from './ring';

export type { CaptureOptions } from './options';
export type { CaptureStats } from './reader';

/** How many batches onBatch hands out before the loop turns. */
const BUDGET = 16;

/**
 * A live capture: AF_PACKET with a TPACKET_V3 ring, packet(7). EPERM without CAP_NET_RAW, ENODEV
 * where no interface has that name. One consumer at a time: batches(), iteration, onBatch(),
 * stream() or record().
 */
export class Capture implements AsyncDisposable, Disposable {
  readonly #ports: Opened[] = [];
  readonly #settings: Settings;
  /** As the caller gave it: capture files record it. */
  #filter: string | BpfProgram | null;
  readonly #injector: Injector;
  readonly #dropsBefore: bigint | undefined;
  readonly #devices: readonly string[];
  #consumer: string | null = null;
  #recording: Recording | null = null;
  #turn = 0;
  #closed = false;
  #wake: (() => void) | null = null;
  #unlisten: (() => void) | null = null;
  /** What ended the capture: reported once the frames received before it are delivered. */
  #failure: Error | null = null;

  constructor(device: string | readonly string[], o: CaptureOptions = {}) {
    this.#devices = devicesOf(device);
    this.#settings = settingsOf(o, this.#devices);
    const { signal, filter } = this.#settings;
    this.#filter = filter;
    signal?.throwIfAborted();
    try {
      for (const one of this.#devices) this.#ports.push(openPort(one, this.#settings));
      this.#dropsBefore = dropsOf(this.#devices);
    } catch (error) {
      for (const { reader } of this.#ports) reader.close();
      throw error;
    }
    this.#injector = new Injector(this.#devices[0]);
    if (signal !== undefined) {
      const self = new WeakRef(this);
      const abort = () => self.deref()?.close();
      signal.addEventListener('abort', abort, { once: true });
      this.#unlisten = () => signal.removeEventListener('abort', abort);
    }
  }

  /** LINKTYPE_ of the (first) interface's frames; 'any' is LINKTYPE_LINUX_SLL2. */
  get linktype(): number {
    return this.#ports[0].port.linktype;
  }

  /** The (first) interface's socket. It is this capture's: closing or reading it breaks both. */
  get socket(): Socket<PacketAddress> {
    return this.#ports[0].reader.socket;
  }

  /**
   * Whether frames come through the kernel's ring; false where recvmmsg(2) was asked for, or the
   * ring was refused.
   */
  get ring(): boolean {
    return this.#ports[0].reader instanceof RingReader;
  }

  /** Whether close() was called or the capture ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Replaces the filter; null takes everything. Frames that the old one let in and nobody has seen
   * yet are forgotten, the rest of the batch at hand among them; record() still writes them, and
   * misses none that both let in. EPERM where the filter is locked.
   */
  setFilter(filter: string | BpfProgram | null): void {
    this.#open('setsockopt');
    const { direction, snaplen, lock } = this.#settings;
    if (lock)
      throw socketError(-EPERM, 'setsockopt', {
        hint: 'the filter was locked (SO_LOCK_FILTER): it stays for the life of the socket',
      });
    const programs = this.#ports.map(({ port }) => socketProgram(port, filter, direction, snaplen));
    this.#ports.forEach(({ reader }, i) => {
      if (this.#recording === null) {
        reader.socket.attachFilter(NOTHING);
        reader.skipWaiting();
      }
      reader.socket.attachFilter(programs[i]);
    });
    this.#filter = filter;
  }

  /**
   * Counters since the capture was opened, of all interfaces together; they stay readable after
   * close().
   */
  stats(): CaptureStats {
    const sum: CaptureStats = { received: 0n, dropped: 0n, frozen: 0n };
    for (const { reader } of this.#ports) {
      const { received, dropped, frozen } = reader.stats();
      sum.received += received;
      sum.dropped += dropped;
      sum.frozen += frozen;
    }
    const drops = this.#dropsBefore === undefined ? undefined : dropsOf(this.#devices);
    if (drops !== undefined && this.#dropsBefore !== undefined)
      sum.ifdropped = drops - this.#dropsBefore;
    return sum;
  }

  /** The next batch, or null where none waits. The batch before is over. */
  tryBatch(): FrameBatch | null {
    this.#open('recvmmsg');
    if (this.#consumer !== null) throw this.#busy();
    return this.#next();
  }

  /**
   * Batches as they come, each valid until the next, until close(). ENETDOWN where the interface
   * goes down, ENODEV where it goes away (what came before that is delivered first); of several
   * interfaces the first that fails ends all.
   */
  batches(): AsyncIterableIterator<FrameBatch> {
    this.#open('poll');
    this.#consume('batches()');
    let over = false;
    const end = (): IteratorResult<FrameBatch> => {
      if (!over) {
        over = true;
        this.#consumer = null;
        this.#wake?.(); // a next() that still waits must not take what comes later
      }
      return { done: true, value: undefined };
    };
    const iterator: AsyncIterableIterator<FrameBatch> = {
      next: async () => {
        if (over) return { done: true, value: undefined };
        try {
          const batch = await this.#later(() => over);
          return batch === null ? end() : { done: false, value: batch };
        } catch (error) {
          end();
          throw error;
        }
      },
      return: async () => end(),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /**
   * Frame by frame; each is valid until the batch it came in is over, which is when the frame after
   * its last is asked for.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    let batches: AsyncIterableIterator<FrameBatch> | undefined;
    const begin = () => (batches = this.batches());
    const frames = (async function* () {
      for await (const batch of begin()) yield* batch;
    })();
    const iterator: AsyncIterableIterator<Frame> = {
      next: () => frames.next(),
      return: async () => {
        await batches?.return?.(); // a generator alone would wait for the next() that waits
        return frames.return();
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /**
   * Calls `fn` with each batch, `budget` of them before others get a turn. What `fn` throws stops
   * the capture's delivery and is an uncaught exception; so is what ends the capture, where there
   * is no `onError`.
   */
  onBatch(
    fn: (batch: FrameBatch) => void,
    o: { budget?: number; onError?: (error: unknown) => void } = {},
  ): { stop(): void } {
    if (typeof fn !== 'function') throw badType('onBatch: fn', 'a function', fn);
    const budget = integer('onBatch: budget', o.budget ?? BUDGET, 1, 1 << 20);
    this.#open('poll');
    this.#consume('onBatch()');
    let stopped = false;
    const stop = () => {
      if (stopped) return;
      stopped = true;
      this.#consumer = null;
      this.#wake?.();
    };
    void this.#deliver(fn, budget, () => stopped)
      .catch((error: unknown) => {
        if (o.onError !== undefined) return o.onError(error);
        process.nextTick(() => {
          throw error;
        });
      })
      .finally(stop);
    return { stop };
  }

  async #deliver(
    fn: (batch: FrameBatch) => void,
    budget: number,
    stopped: () => boolean,
  ): Promise<void> {
    for (;;) {
      for (let left = budget; left > 0; left--) {
        if (stopped() || this.#closed) return;
        const batch = this.#next();
        if (batch === null) break;
        fn(batch);
      }
      if (stopped() || this.#closed) return;
      const batch = this.#next();
      if (batch === null) {
        if (!(await this.#wait())) return;
      } else {
        fn(batch);
        await new Promise(setImmediate);
      }
    }
  }

  /**
   * The frames as a stream of objects, each of its own memory. Where it is read too slowly the
   * kernel drops, and counts. Destroying it leaves the capture open.
   */
  stream(): Readable {
    let iterator: Iterator<Frame> | null = null;
    let reading = false; // a Readable asks again while it waits
    const batches = this.batches();
    return new Readable({
      objectMode: true,
      highWaterMark: 1024,
      async read() {
        if (reading) return;
        reading = true;
        try {
          for (;;) {
            const next = iterator?.next();
            if (next !== undefined && next.done !== true) {
              if (!this.push(keep(next.value))) return;
              continue;
            }
            const batch = await batches.next();
            if (batch.done) {
              this.push(null);
              return;
            }
            iterator = batch.value[Symbol.iterator]();
          }
        } catch (error) {
          this.destroy(error as Error);
        } finally {
          reading = false;
        }
      },
      destroy(error, done) {
        void batches.return?.().then(() => done(error));
      },
    });
  }

  /**
   * tcpdump -w: kernel ring to file in a native thread, no JavaScript per packet. `done` resolves
   * with the counts when a limit is reached or stop() was called; it rejects with the typed error
   * (ENOSPC, ENETDOWN, ENODEV, EPIPE …) that ended the recording, whose `stats` are the counts so
   * far: the file then ends with its last whole frame.
   */
  record(path: string, o: RecordOptions = {}): Recording {
    this.#open('record');
    if (this.#consumer !== null) throw this.#busy();
    const ports = this.#ports.map(({ port, reader }) => {
      if (!(reader instanceof RingReader))
        throw socketError(-EOPNOTSUPP, 'record', {
          hint: 'record() reads the ring, and this capture has none: leave ring: false and immediate out, or write its frames with PcapWriter',
        });
      return { port, reader };
    });
    const { vlan, snaplen } = this.#settings;
    const filter = typeof this.#filter === 'string' ? this.#filter : undefined;
    const recording = startRecording(path, o, ports, { filter, vlan, snaplen }, () => this.stats());
    this.#consume('record()');
    this.#recording = recording;
    const over = () => {
      this.#consumer = null;
      this.#recording = null;
    };
    recording.done.then(over, over);
    return recording;
  }

  /**
   * send(2) on the (first) interface: one frame with its link header. Bytes sent. EMSGSIZE beyond
   * the MTU, ENETDOWN, ENOBUFS (the queue is full).
   */
  inject(frame: Bytes): number {
    this.#open('send');
    return this.#injector.inject(frame);
  }

  /** sendmmsg(2) past the queueing discipline (PACKET_QDISC_BYPASS): how many frames went. */
  injectMany(frames: readonly Bytes[]): number {
    this.#open('sendmmsg');
    return this.#injector.injectMany(frames);
  }

  /**
   * Gives everything back: ring, memberships, sockets. Whoever waits for a batch sees the end; a
   * recording ends with what it has.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlisten?.();
    this.#recording?.abandon();
    this.#injector.close();
    for (const { reader } of this.#ports) reader.close();
    this.#wake?.();
  }

  /** close(), at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** close(), at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    const recording = this.#recording;
    if (recording !== null) await recording.stop().catch(() => undefined);
    this.close();
  }

  // --- inside

  #open(syscall: string): void {
    if (this.#closed) throw socketError(-EBADF, syscall, { hint: 'the capture is closed' });
  }

  #busy(): Error {
    return badRange('the capture', 'read by one consumer at a time', `${this.#consumer} at work`);
  }

  #consume(who: string): void {
    if (this.#consumer !== null) throw this.#busy();
    this.#consumer = who;
  }

  /** The next batch of whichever interface has one. */
  #next(): FrameBatch | null {
    for (const { reader } of this.#ports) reader.release();
    for (let i = 0; i < this.#ports.length; i++) {
      const at = (this.#turn + i) % this.#ports.length;
      const batch = this.#ports[at].reader.tryNext();
      if (batch === null) continue;
      this.#turn = at + 1;
      return batch;
    }
    return null;
  }

  /** The next batch, waiting for it; null once closed, or `over`. */
  async #later(over: () => boolean): Promise<FrameBatch | null> {
    for (;;) {
      if (this.#closed || over()) return null;
      const batch = this.#next();
      if (batch !== null) return fairly(batch);
      if (!(await this.#wait())) return null;
    }
  }

  /**
   * Waits until an interface has something; false once closed or stopped. Throws what became of an
   * interface.
   */
  async #wait(): Promise<boolean> {
    if (this.#failure !== null) throw this.#failure;
    const over = new AbortController();
    let stopped = false;
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = () => {
        stopped = true;
        resolve();
      };
    });
    this.#wake = wake;
    const waits = this.#ports.map(async ({ port, reader }) => {
      await reader.socket.wait(
        { read: true, error: true },
        { signal: over.signal, timeoutMs: null },
      );
      const error = this.#closed
        ? 0
        : reader.socket.getsockopt(SOL_SOCKET, SO_ERROR, 4).readInt32LE(0);
      if (error !== 0) throw gone(-error, port.device, reader.socket);
    });
    try {
      await Promise.race([woken, ...waits]);
      return !stopped;
    } catch (error) {
      if (this.#closed && isErrno(error, 'EBADF')) return false;
      this.#failure = error as Error;
      // The block at hand is handed over when its time is up.
      if (this.#settings.ring !== null) await sleep(2 * this.#settings.ring.timeoutMs + 10);
      return true;
    } finally {
      if (this.#wake === wake) this.#wake = null; // the next consumer may wait already
      over.abort();
      for (const wait of waits) wait.catch(() => undefined);
    }
  }
}
