// A socket's error queue, kept drained: what stands there counts against the receive buffer, and
// makes calls fail that have nothing to do with it.
import type { Address } from '../address';
import {
  EACCES,
  ECONNREFUSED,
  EHOSTDOWN,
  EHOSTUNREACH,
  EMSGSIZE,
  ENETUNREACH,
  ENONET,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPROTO,
} from '../constants';
import type { ErrorMessage, Message } from '../message';

const KEPT = 1024; // errors that wait here for errors(); the oldest go first
const DRAIN = 256; // errors taken from the kernel at once
// a call that an error of another datagram interrupts this often, in a row, fails with it
const RETRIES = 64;

/** What the kernel makes of ICMP errors (icmp_err_convert, icmpv6_err_convert). */
const ICMP = new Set(
  [
    EACCES,
    ECONNREFUSED,
    EHOSTDOWN,
    EHOSTUNREACH,
    EMSGSIZE,
    ENETUNREACH,
    ENONET,
    ENOPROTOOPT,
    EOPNOTSUPP,
    EPROTO,
  ].map((errno) => -errno),
);

export class ErrorQueue<A extends Address> {
  private kept: ErrorMessage<A>[] = [];
  private from = 0;

  /** `receive` takes one message from the kernel's queue; undefined where it is empty. */
  constructor(private readonly receive: () => Message<A> | undefined) {}

  /** The next error: one kept, or one from the kernel. */
  take(): ErrorMessage<A> | undefined {
    if (this.from === this.kept.length) return this.read();
    const message = this.kept[this.from++];
    if (this.from === this.kept.length) {
      this.kept = [];
      this.from = 0;
    }
    return message;
  }

  /** What says nothing is passed over. */
  private read(): ErrorMessage<A> | undefined {
    for (;;) {
      const message = this.receive();
      if (message === undefined || message.error !== undefined)
        return message as ErrorMessage<A> | undefined;
    }
  }

  /** Empties the kernel's queue, as far as one go does; whether anything was there. */
  drain(): boolean {
    let got = 0;
    for (
      let message: ErrorMessage<A> | undefined;
      got < DRAIN && (message = this.read()) !== undefined;
      got++
    )
      this.kept.push(message);
    const over = this.kept.length - this.from - KEPT;
    if (over > 0) {
      this.kept = this.kept.slice(this.from + over);
      this.from = 0;
    }
    return got > 0;
  }

  /**
   * Whether a call that was refused is to be made again, for the `tries`th time: an ICMP error is
   * told to whichever call comes next, and that call has not been made.
   */
  passesOver(result: number, tries: number): boolean {
    if (!ICMP.has(result) || tries >= RETRIES) return false;
    this.drain();
    return true;
  }
}
