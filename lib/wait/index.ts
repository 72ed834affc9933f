// Waiting on descriptors: queues, states, deadlines, aborts, fairness, iterators.
export { onAbort } from './abort';
export { attemptNow, block, wouldBlockError } from './block';
export { Channel, channelOf, YIELD } from './channel';
export { Deadline } from './deadline';
export { fairly, fairlyRejected } from './fairness';
export { iterate } from './iterator';
export {
  closedError,
  type Direction,
  Iteration,
  type IteratorOptions,
  type Operation,
  READ,
  timeoutError,
  type WaitOptions,
  WRITE,
} from './operation';
export { pollOne, sleepSync } from './poll';
export { holdLoop, releaseLoop } from './poller';
export { queueOf, waitForState, waitInQueue } from './promise';
