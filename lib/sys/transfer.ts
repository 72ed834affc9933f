// One buffer to or from the kernel: recv(2), send(2), recvfrom(2), sendto(2), sendfile(2). The hot
// calls: nothing is allocated on the way. `buf` null is a NULL pointer, and `len` says how many
// bytes it claims to have: recv(fd, null, MSG_TRUNC, len) throws away len bytes of a TCP stream.
import { type Bytes, toBytes } from '../bytes';
import { badType } from '../errors/arguments';
import { native } from '../native';
import { bytesOrNull } from './memory';
import { refuse } from './refuse';

/** NULL has no length of its own. */
function lengthOf(bytes: Uint8Array | null, call: string): number {
  if (bytes === null)
    throw badType(
      `${call}: buf`,
      'bytes: a Buffer, TypedArray, DataView or ArrayBuffer, or null with a len',
      null,
    );
  return bytes.length;
}

const {
  recv: nativeRecv,
  send: nativeSend,
  recvfrom: nativeRecvfrom,
  sendto: nativeSendto,
} = native;

/**
 * recv(2). Returns the kernel's count: with MSG_TRUNC it may exceed the buffer. A blocking
 * descriptor blocks this thread, and worker.terminate() cannot end that.
 */
export function recv(fd: number, buf: Bytes | null, flags: number, len?: number): number {
  const bytes = buf === null ? null : toBytes(buf, 'recv: buf');
  const size = len ?? lengthOf(bytes, 'recv');
  const result = nativeRecv(fd, bytes, 0, size, flags);
  return result >= -4095 ? result : refuse('recv', result, fd, buf, 0, size, flags);
}

/** send(2). Returns how many bytes the kernel took. */
export function send(fd: number, buf: Bytes | null, flags: number, len?: number): number {
  const bytes = buf === null ? null : toBytes(buf, 'send: buf');
  const size = len ?? lengthOf(bytes, 'send');
  const result = nativeSend(fd, bytes, 0, size, flags);
  return result >= -4095 ? result : refuse('send', result, fd, buf, 0, size, flags);
}

/**
 * recvfrom(2). `addrlen[0]`: the capacity of `sockaddr`, then the length that the kernel reported, which
 * may exceed that capacity.
 */
export function recvfrom(
  fd: number,
  buf: Bytes | null,
  flags: number,
  sockaddr?: Bytes | null,
  addrlen?: Int32Array | null,
  len?: number,
): number {
  const bytes = buf === null ? null : toBytes(buf, 'recvfrom: buf');
  const size = len ?? lengthOf(bytes, 'recvfrom');
  const result = nativeRecvfrom(
    fd,
    bytes,
    0,
    size,
    flags,
    bytesOrNull(sockaddr, 'recvfrom: sockaddr'),
    addrlen ?? null,
  );
  return result >= -4095
    ? result
    : refuse('recvfrom', result, fd, buf, 0, size, flags, sockaddr, addrlen);
}

/**
 * sendto(2). `addrlen` (default: all of `sockaddr`) may be longer, the rest is zero; a negative one
 * reaches the kernel.
 */
export function sendto(
  fd: number,
  buf: Bytes | null,
  flags: number,
  sockaddr?: Bytes | null,
  addrlen?: number,
  len?: number,
): number {
  const bytes = buf === null ? null : toBytes(buf, 'sendto: buf');
  const address = bytesOrNull(sockaddr, 'sendto: sockaddr');
  const size = len ?? lengthOf(bytes, 'sendto');
  const length = addrlen ?? address?.length ?? 0;
  const result = nativeSendto(fd, bytes, 0, size, flags, address, length);
  return result >= -4095
    ? result
    : refuse('sendto', result, fd, buf, 0, size, flags, sockaddr, length);
}

/** sendfile(2) from `offset` of `input`; that file's own position stays. */
export function sendfile(out: number, input: number, offset: number, count: number): number {
  const result = native.sendfile(out, input, offset, count);
  return result >= -4095 ? result : refuse('sendfile', result, out, input, offset, count);
}
