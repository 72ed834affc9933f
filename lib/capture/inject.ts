// Frames put on the wire as they are: send(2) and sendmmsg(2) on packet sockets that receive
// nothing.
import type { PacketAddress } from '../address';
import { type Bytes, toBytes } from '../bytes';
import { AF_PACKET, MSG_DONTWAIT, PACKET_QDISC_BYPASS, SOCK_RAW, SOL_PACKET } from '../constants';
import { check, isErrno } from '../errors';
import { badRange, badType } from '../errors/arguments';
import { type MmsgEntry, native } from '../native';
import { Socket } from '../socket';
import { noDevice } from './gone';

/** UIO_MAXIOV: messages in one call. */
const MOST = 1024;

/**
 * An interface to send by. Its sockets are opened when first used, and are no capture's own: a
 * capture sees what is sent here, but for what goes past the queue.
 */
export class Injector {
  #queued: Socket<PacketAddress> | null = null;
  #direct: Socket<PacketAddress> | null = null;

  constructor(private readonly device: string) {}

  #socket(direct: boolean): Socket<PacketAddress> {
    const known = direct ? this.#direct : this.#queued;
    if (known !== null) return known;
    if (this.device === '') throw badRange('inject', "on one interface, not on 'any'", 'any');
    const socket = new Socket(AF_PACKET, SOCK_RAW, 0);
    try {
      socket.bind({ ifname: this.device, protocol: 0 });
      if (direct)
        check(
          native.setsockopt_int(socket.fileno(), SOL_PACKET, PACKET_QDISC_BYPASS, 1),
          'setsockopt',
        );
    } catch (error) {
      socket.close();
      throw isErrno(error, 'ENODEV') ? noDevice(this.device) : error;
    }
    if (direct) this.#direct = socket;
    else this.#queued = socket;
    return socket;
  }

  inject(frame: Bytes): number {
    const bytes = toBytes(frame, 'inject: frame');
    return check(
      native.send(this.#socket(false).fileno(), bytes, 0, bytes.length, MSG_DONTWAIT),
      'send',
    );
  }

  injectMany(frames: readonly Bytes[]): number {
    if (!Array.isArray(frames)) throw badType('injectMany: frames', 'an array of frames', frames);
    const entries = (frames as readonly Bytes[]).map(
      (frame, i): MmsgEntry => [[toBytes(frame, `injectMany: frames[${i}]`)], null, null],
    );
    if (entries.length === 0) return 0;
    const fd = this.#socket(true).fileno();
    let sent = 0;
    while (sent < entries.length) {
      const some = entries.slice(sent, sent + MOST);
      const count = native.sendmmsg(fd, some, new Int32Array(4 * some.length), MSG_DONTWAIT);
      if (isErrno({ errno: count }, 'EAGAIN', 'ENOBUFS') && sent > 0) break;
      sent += check(count, 'sendmmsg');
      if (count < some.length) {
        // The next one was refused: the kernel says why when it comes first.
        const why = native.sendmmsg(
          fd,
          entries.slice(sent, sent + 1),
          new Int32Array(4),
          MSG_DONTWAIT,
        );
        if (isErrno({ errno: why }, 'EAGAIN', 'ENOBUFS')) break;
        sent += check(why, 'sendmmsg');
      }
    }
    return sent;
  }

  close(): void {
    this.#queued?.close();
    this.#direct?.close();
  }
}
