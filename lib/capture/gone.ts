// What became of an interface that a capture was on.
import type { PacketAddress } from '../address';
import { ENODEV } from '../constants';
import { isErrno, socketError } from '../errors';
import { native } from '../native';
import type { Socket } from '../socket';

/** ENETDOWN is told of an interface that went away too: the name tells which. */
export function gone(error: number, device: string, socket: Socket<PacketAddress>): Error {
  if (!isErrno({ errno: error }, 'ENETDOWN') || device === '') return socketError(error, 'recvfrom');
  const there = native.if_nametoindex(device) > 0 && socket.getsockname().ifindex > 0;
  return there
    ? socketError(error, 'recvfrom', { hint: `the interface ${device} went down` })
    : socketError(-ENODEV, 'recvfrom', { hint: `the interface ${device} went away` });
}
