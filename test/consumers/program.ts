// A user's program, TypeScript: types of options, addresses and errors; prints what it saw.
import {
  AF_INET,
  AF_UNIX,
  errors,
  SO_LINGER,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  socketpair,
} from 'bsd-socket';
import { Capture } from 'bsd-socket/capture';
import { checksum } from 'bsd-socket/packet';
import { constants } from 'bsd-socket/sys';

const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
a.sendSync('hello');
const text: string = String(b.recvSync(16));
const type: number = a.getsockopt(SOL_SOCKET, SO_TYPE);
let refusal: boolean | undefined;
try {
  a.listen(1);
} catch (error) {
  refusal = error instanceof errors.EOPNOTSUPP;
}
const tcp: Socket = new Socket({ family: AF_INET, type: SOCK_STREAM });
tcp.setsockopt(SOL_SOCKET, SO_LINGER, { onoff: true, linger: 1 });
// @ts-expect-error: SO_LINGER takes a struct
const wrong = () => tcp.setsockopt(SOL_SOCKET, SO_LINGER, 'x' as unknown as Date);
tcp.close();
const known: boolean =
  [typeof Capture, typeof checksum, typeof wrong].every((one) => one === 'function') &&
  constants.AF_INET === AF_INET;
console.log(JSON.stringify([text, type === SOCK_DGRAM && known, refusal]));
a.close();
b.close();
