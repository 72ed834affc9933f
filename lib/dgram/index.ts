// bsd-socket/dgram: node:dgram's API over this package's sockets.
import type { RemoteInfo } from './handle';
import { Socket, type SocketOptions } from './socket';

export type { RemoteInfo } from './handle';
export { type BindOptions, Socket, type SocketOptions } from './socket';

/** socket(2): a datagram socket with node:dgram's API. `listener` is called for each 'message'. */
export function createSocket(
  type: SocketOptions['type'] | SocketOptions,
  listener?: (message: Buffer, rinfo: RemoteInfo) => void,
): Socket {
  return new Socket(type, listener);
}
