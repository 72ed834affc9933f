// Interfaces that are not there: a name that none has, and what became of one that a capture was
// on.
import type { PacketAddress } from '../address';
import { ENODEV } from '../constants';
import { isErrno, socketError } from '../errors';
import { if_nameindex } from '../names';
import { native } from '../native';
import type { Socket } from '../socket';

/** A name that no interface has is answered with those that there are. */
export function noDevice(device: string): Error {
  const names = if_nameindex().map(({ name }) => name);
  return socketError(-ENODEV, 'bind', {
    hint: `no interface ${device}; there are ${names.join(', ')}`,
  });
}

/** The kernel reports ENETDOWN for an interface that went away too: its name is looked up. */
export function gone(error: number, device: string, socket: Socket<PacketAddress>): Error {
  if (!isErrno({ errno: error }, 'ENETDOWN') || device === '')
    return socketError(error, 'recvfrom');
  const there = native.if_nametoindex(device) > 0 && socket.getsockname().ifindex > 0;
  return there
    ? socketError(error, 'recvfrom', { hint: `the interface ${device} went down` })
    : socketError(-ENODEV, 'recvfrom', { hint: `the interface ${device} went away` });
}
