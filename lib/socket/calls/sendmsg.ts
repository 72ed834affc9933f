// sendmsg: data with control messages.
import type { Bytes } from '../../bytes';
import { MSG_DONTWAIT, MSG_NOSIGNAL, MSG_ZEROCOPY } from '../../constants';
import type { HintContext } from '../../errors';
import { extrasBytes, SENDMSG_OPTIONS, type SendExtras } from '../../message';
import { native } from '../../native';
import { buffersOf } from '../arguments';
import type { State } from '../state';
import { type AnyAddress, type Target, targetOf } from '../target';
import { sending } from '../verbs';
import { beforeZeroCopy, holdMemory } from '../zero-copy';
import { peerSockaddr } from './name';
import { sendInterrupted, sent } from './result';
import { sendRetryMs } from './send';

/** The control data of a sendmsg that waits, and what it refers to: descriptors must stay open. */
class Encoded {
  readonly control: Uint8Array | null;
  readonly extras: SendExtras | undefined;

  constructor(control: Uint8Array | null, extras: SendExtras | undefined) {
    this.control = control;
    this.extras = extras;
  }
}

type Extras = SendExtras | number | undefined | Encoded;

/** sendmsg(2): how many bytes the kernel took. */
export const sendmsg = sending('sendmsg', sendmsgOnce, {
  options: SENDMSG_OPTIONS,
  keep: (
    state,
    buffers: readonly Bytes[],
    extras: Extras,
    address: AnyAddress | Target | undefined,
  ) => {
    const to = address === undefined ? undefined : targetOf(state, address);
    return [sourcesOf(buffers), encodeExtras(state, extras, to), to];
  },
  retryMs: sendRetryMs,
});

function sendmsgOnce(
  state: State,
  flags: number,
  buffers: readonly Bytes[],
  extras: Extras,
  address: AnyAddress | Target | undefined,
): number | undefined {
  const { fd } = state.channel;
  const iov = sourcesOf(buffers);
  const to = address === undefined ? undefined : targetOf(state, address);
  const { control, extras: given } = encodeExtras(state, extras, to);
  const controllen = control?.length ?? 0;
  const name = to?.bytes ?? null;
  const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
  if (flags & MSG_ZEROCOPY) beforeZeroCopy(state);
  let result: number;
  let tries = 0;
  do result = native.sendmsg(fd, iov, name, name?.length ?? 0, control, controllen, 0, bits);
  while (result < 0 && sendInterrupted(state, result, tries++));
  if (result > 0 && flags & MSG_ZEROCOPY) holdMemory(state, iov);
  return sent(state, 'sendmsg', result, to, result < 0 ? contextOf(iov, given) : undefined);
}

/** What a hint on a refused send needs to know. */
function contextOf(iov: readonly Uint8Array[], extras: SendExtras | undefined): HintContext {
  const length = iov.reduce((sum, bytes) => sum + bytes.length, 0);
  return { segmentSize: extras?.segmentSize, length, from: extras?.from };
}

const sourcesOf = (buffers: unknown): Uint8Array[] =>
  buffersOf(buffers, 'sendmsg: buffers', 'an array of buffers');

const NO_EXTRAS = new Encoded(null, undefined);

function encodeExtras(state: State, extras: Extras, to: Target | undefined): Encoded {
  if (extras === undefined || typeof extras === 'number') return NO_EXTRAS;
  if (extras instanceof Encoded) return extras;
  const sockaddr = to?.bytes ?? peerSockaddr(state);
  return new Encoded(extrasBytes(state.family, extras, sockaddr), extras);
}
