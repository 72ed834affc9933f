// A netlink overrun: the error says what to do, and the socket goes on.
import { AF_NETLINK, constants, SO_RCVBUF, SOCK_RAW, SOL_SOCKET, Socket } from 'bsd-socket';
import { made } from './sockets';

const { NETLINK_USERSOCK } = constants;
const GROUP = 1;

test('ENOBUFS has a hint, and what is queued and what comes later is received', async () => {
  const rx = made(new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK)).bind([0, GROUP]);
  const tx = made(new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK));
  rx.setsockopt(SOL_SOCKET, SO_RCVBUF, 1);
  const message = Buffer.alloc(512, 7);
  // The group has it, and then the kernel, port 0, refuses it.
  const multicast = () =>
    expect(() => tx.trySendto(message, [0, GROUP])).toThrow(
      expect.objectContaining({ code: 'ECONNREFUSED' }),
    );
  for (let i = 0; i < 100; i++) multicast();
  const overrun = expect.objectContaining({
    code: 'ENOBUFS',
    hint: expect.stringMatching(/queue overflowed.*dump.*SO_RCVBUF/),
  });
  await expect(rx.recv(1000)).rejects.toEqual(overrun);
  while (rx.tryRecv(1000) !== null);
  multicast();
  for await (const { data } of rx.messages()) {
    expect(data.equals(message)).toBe(true);
    break;
  }
});
