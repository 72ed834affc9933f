// makefile(): a Duplex over a socket, with backpressure both ways.
import { Duplex, type DuplexOptions } from 'node:stream';
import { badRange, badType, isErrno } from '../errors';
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

/** node's own words, which its types leave out */
const ENDS = { r: { writable: false }, w: { readable: false }, rw: {} };

const DEFAULT_HIGH_WATER_MARK = 65536;

/**
 * The file view of a socket. Ending or destroying it leaves the socket open, as in Python:
 * shutdown(SHUT_WR) sends the FIN.
 */
class SocketFile extends Duplex {
  private readonly gone = new AbortController();
  private readonly size: number;

  constructor(
    private readonly socket: Streamed,
    mode: 'r' | 'w' | 'rw',
    o: FileOptions,
  ) {
    const size = o.highWaterMark ?? DEFAULT_HIGH_WATER_MARK;
    super({
      ...ENDS[mode],
      highWaterMark: size,
      encoding: o.encoding,
      defaultEncoding: o.encoding,
    } as DuplexOptions);
    this.size = size;
  }

  override _read(): void {
    this.socket.recv(Math.max(this.size, 1), { signal: this.gone.signal }).then(
      (data) => this.push(data.length === 0 ? null : data),
      (error) => this.failed(error),
    );
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.socket.sendall(chunk, { signal: this.gone.signal }).then(
      () => done(),
      (error) => done(error),
    );
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.gone.abort();
    done(error);
  }

  /**
   * A socket that its owner closed took nothing from a reader: the file closes, without an error.
   */
  private failed(error: Error): void {
    if (!this.destroyed) this.destroy(isErrno(error, 'EBADF') ? undefined : error);
  }
}

export function makefile(
  socket: Streamed,
  mode: 'r' | 'w' | 'rw' = 'rw',
  o: FileOptions = {},
): Duplex {
  if (mode !== 'r' && mode !== 'w' && mode !== 'rw')
    throw badType('makefile: mode', "'r', 'w' or 'rw'", mode);
  const size = o.highWaterMark;
  if (size !== undefined && (!Number.isInteger(size) || size < 1))
    throw badRange('makefile: highWaterMark', 'an integer > 0', size);
  return new SocketFile(socket, mode, o);
}
