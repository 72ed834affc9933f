// What these tests share: sockets that are closed when their test ends, and batches of texts.
import {
  AF_INET,
  type InetAddress,
  type Message,
  MessageBatch,
  SOCK_DGRAM,
  Socket,
} from 'bsd-socket';

const open: Socket<never>[] = [];
export function made<S>(sock: S): S {
  open.push(sock as Socket<never>);
  return sock;
}
afterEach(() => {
  for (const sock of open.splice(0)) sock.close();
});

export const udp = (enable = {}) =>
  made(new Socket({ family: AF_INET, type: SOCK_DGRAM, enable }).bind(['127.0.0.1', 0]));

export type Batch = MessageBatch<InetAddress>;

export const texts = (batch: Iterable<Message>) =>
  Array.from(batch, (message) => message.data.toString());

export function filled(texts: readonly string[], to?: InetAddress): Batch {
  const batch: Batch = new MessageBatch({ count: 64, size: 100 });
  texts.forEach((text, i) => {
    batch.set(i, Buffer.from(text), to);
  });
  return batch;
}
