// A Sync verb ignores that poll(2) itself fails, and burns CPU until its deadline, or for ever.
import { itNeeds } from '../tools';
import { node } from './sockets';

// RLIMIT_NOFILE 0: poll(2) fails with EINVAL ("The nfds value exceeds the RLIMIT_NOFILE value").
const VERBS = [
  'recvSync',
  'recvSync MSG_WAITALL',
  'recvfromSync',
  'recvmsgSync',
  'recvmmsgSync',
  'sendSync',
  'sendallSync',
  'sendmsgSync',
  'sendmmsgSync',
  'sendfileSync',
  'connectSync',
];

itNeeds('prlimit').each(VERBS)('%s throws the errno of poll(2)', async (verb) => {
  expect(await node('poll-fails.js', [verb])).toEqual({ code: 'EINVAL' });
});

itNeeds('prlimit')('pollSync throws it too, and accept(2) its own EMFILE', async () => {
  expect(await node('poll-fails.js', ['pollSync'])).toEqual({ code: 'EINVAL' });
  expect(await node('poll-fails.js', ['acceptSync'])).toEqual({ code: 'EMFILE' });
});
