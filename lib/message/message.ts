// What recvmsg(2) answers: the data, the control messages, the flags and the sender.
import type { Address } from '../address';
import { MSG_CTRUNC, MSG_TRUNC } from '../constants';
import { type Cmsg, parseControl } from './cmsg';

/** recvmsg(): Python's 4-tuple with names. `control` is parsed when first asked for. */
export class Message<A extends Address = Address> {
  private parsed: Cmsg[] | undefined;

  constructor(
    readonly data: Buffer,
    private readonly controlBytes: Uint8Array,
    /** msg_flags: MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE */
    readonly flags: number,
    readonly address: A,
  ) {}

  /** The control messages, each undecoded. */
  get control(): Cmsg[] {
    this.parsed ??= parseControl(this.controlBytes);
    return this.parsed;
  }

  /** MSG_TRUNC: the datagram was longer than the room given, and the rest is lost. */
  get truncated(): boolean {
    return (this.flags & MSG_TRUNC) !== 0;
  }

  /** MSG_CTRUNC: there was more control data than room for it. */
  get controlTruncated(): boolean {
    return (this.flags & MSG_CTRUNC) !== 0;
  }
}
