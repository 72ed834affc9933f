// "Answer from where it came in" fails for multicast and broadcast: the address that a datagram was
// sent to is no address to send from.
import { itNeeds, netnsPair } from '../tools';
import { program } from './sockets';

interface Answer {
  /** where the datagram was sent to */
  to: string;
  /** the address that an answer may be sent from */
  local?: string;
  /** who the answer came from, or the error of sending it */
  answered: string;
  /** the hint of an answer from `to`, where that fails */
  hint?: string;
}

/** The datagram goes to `to` from the other namespace. */
const CASES: [name: string, to: string, local: string | undefined, from: string][] = [
  ['unicast over IPv4', '10.8.0.1', '10.8.0.1', '10.8.0.1'],
  ['multicast over IPv4', '239.7.7.7', '10.8.0.1', '10.8.0.1'],
  ['broadcast to the subnet', '10.8.0.255', '10.8.0.1', '10.8.0.1'],
  ['limited broadcast', '255.255.255.255', '10.8.0.1', '10.8.0.1'],
  ['unicast over IPv6', 'fd08::1', 'fd08::1', 'fd08::1'],
  ['multicast over IPv6', 'ff02::7:7', undefined, 'fd08::1'],
];

itNeeds('netns', 'ip').each(CASES)('%s', async (_, to, local, from) => {
  const [a, b] = netnsPair();
  const responder = a.start(process.execPath, [program('responder.js'), to]);
  await responder.output(/ready/);
  const asked = await b.run('python3', [program('ask.py'), to]);
  const { stdout } = await responder.done;
  const answer: Answer = JSON.parse(stdout.replace('ready\n', ''));
  expect(answer.to).toBe(to);
  expect(answer.local).toBe(local);
  expect(asked.stdout.trim()).toBe(from);
  if (to !== local) expect(answer.hint).toMatch(/local|unicast/);
});
