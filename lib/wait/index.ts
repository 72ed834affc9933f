// Waiting on descriptors: queues, states, deadlines, aborts, fairness, iterators.
export { onAbort } from './abort';
export { block, pollOne, wouldBlockError } from './block';
export { Channel, channelOf, YIELD } from './channel';
export { Deadline } from './deadline';
export { fairly, fairlyRejected } from './fairness';
export { iterate } from './iterator';
export {
  closedError,
  type Direction,
  type IteratorOptions,
  type Operation,
  READ,
  timeoutError,
  type WaitOptions,
  WRITE,
} from './operation';
export { queueOf, waitForState, waitInQueue } from './promise';
