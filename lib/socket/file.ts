// makefile(): a Duplex over a socket, with backpressure both ways.
import { Duplex, type DuplexOptions } from 'node:stream';
import { badRange, badType, isErrno, membersOf, namesOf } from '../errors';
import type { IoOptions } from './arguments';

/** What a file needs of its socket. */
export interface Streamed {
  recv(size: number, o?: IoOptions): Promise<Buffer>;
  sendall(data: Buffer, o?: IoOptions): Promise<void>;
}

/** What makefile() takes beside the mode. */
export interface FileOptions {
  encoding?: BufferEncoding;
  /** bytes: Python's bufsize */
  highWaterMark?: number;
}

const FILE_OPTIONS = namesOf<FileOptions>({ encoding: true, highWaterMark: true });

/** By mode; node's types leave these options out. */
const ENDS = { r: { writable: false }, w: { readable: false }, rw: {} };

const DEFAULT_HIGH_WATER_MARK = 65536;

/**
 * The file view of a socket. Ending or destroying it leaves the socket open, as in Python:
 * shutdown(SHUT_WR) sends the FIN.
 *
 * Promises end in process.nextTick(): what a handler of the stream throws is then an
 * uncaughtException, as with net.Socket, and no rejection.
 */
class SocketFile extends Duplex {
  readonly #socket: Streamed;
  readonly #destroying = new AbortController();
  readonly #readSize: number;

  constructor(socket: Streamed, mode: 'r' | 'w' | 'rw', o: FileOptions) {
    const highWaterMark = o.highWaterMark ?? DEFAULT_HIGH_WATER_MARK;
    super({
      ...ENDS[mode],
      highWaterMark,
      encoding: o.encoding,
      defaultEncoding: o.encoding,
    } as DuplexOptions);
    this.#socket = socket;
    this.#readSize = highWaterMark;
  }

  override _read(): void {
    this.#socket.recv(this.#readSize, { signal: this.#destroying.signal }).then(
      (data) => process.nextTick(() => this.push(data.length === 0 ? null : data)),
      (error) => process.nextTick(() => this.#fail(error)),
    );
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.sendall(chunk, { signal: this.#destroying.signal }).then(
      () => process.nextTick(done),
      (error) => process.nextTick(done, error),
    );
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#destroying.abort();
    done(error);
  }

  /** A socket that its owner closed ends the file without an error: nothing was lost to a reader. */
  #fail(error: Error): void {
    if (!this.destroyed) this.destroy(isErrno(error, 'EBADF') ? undefined : error);
  }
}

export function makefile(
  socket: Streamed,
  mode: 'r' | 'w' | 'rw' = 'rw',
  given: FileOptions = {},
): Duplex {
  if (mode !== 'r' && mode !== 'w' && mode !== 'rw')
    throw badType('makefile: mode', "'r', 'w' or 'rw'", mode);
  const o = membersOf(given, 'makefile', FILE_OPTIONS);
  const { highWaterMark } = o;
  if (highWaterMark !== undefined && (!Number.isInteger(highWaterMark) || highWaterMark < 1))
    throw badRange('makefile: highWaterMark', 'an integer > 0', highWaterMark);
  return new SocketFile(socket, mode, o);
}
