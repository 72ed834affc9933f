// A socket's error queue, kept drained: what is in it counts against the receive buffer, and makes
// calls fail that have nothing to do with it.
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

const KEPT_MAX = 1024; // errors kept for errors(); the oldest are dropped
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

export class ErrorQueue {
  #kept: ErrorMessage[] = [];
  #from = 0;
  readonly #receive: () => Message | undefined;

  /** `receive` takes one message from the kernel's queue; undefined where it is empty. */
  constructor(receive: () => Message | undefined) {
    this.#receive = receive;
  }

  /** The next error: one kept, or one from the kernel. */
  take(): ErrorMessage | undefined {
    if (this.#from === this.#kept.length) return this.#read();
    const message = this.#kept[this.#from++];
    if (this.#from === this.#kept.length) {
      this.#kept = [];
      this.#from = 0;
    }
    return message;
  }

  /** Messages without an error are skipped. */
  #read(): ErrorMessage | undefined {
    for (;;) {
      const message = this.#receive();
      if (message === undefined || message.error !== undefined)
        return message as ErrorMessage | undefined;
    }
  }

  /** Empties the kernel's queue, as far as one go does; whether anything was there. */
  drain(): boolean {
    let got = 0;
    for (
      let message: ErrorMessage | undefined;
      got < DRAIN && (message = this.#read()) !== undefined;
      got++
    )
      this.#kept.push(message);
    const over = this.#kept.length - this.#from - KEPT_MAX;
    if (over > 0) {
      this.#kept = this.#kept.slice(this.#from + over);
      this.#from = 0;
    }
    return got > 0;
  }

  /**
   * Whether a call that was refused is to be made again, for the `tries`th time: an ICMP error is
   * returned by whichever call comes next, which then was not made.
   */
  passesOver(result: number, tries: number): boolean {
    if (!ICMP.has(result) || tries >= RETRIES) return false;
    this.drain();
    return true;
  }
}
