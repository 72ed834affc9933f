// node's cluster: its primary binds, and its workers get the same descriptor.
import type { CoreHandle } from './handle';

interface ClusterModule {
  isWorker: boolean;
  _getServer?: (
    owner: object,
    options: object,
    done: (errno: number, handle?: CoreHandle) => void,
  ) => void;
}

// node decides at start whether a process is a worker, and loads `cluster` only where it is used.
const inCluster = process.env['NODE_UNIQUE_ID'] !== undefined;
let loaded: ClusterModule | undefined;

function cluster(): ClusterModule {
  return (loaded ??= require('node:cluster') as ClusterModule);
}

/** Whether this process is a worker of a cluster. */
export function isWorker(): boolean {
  return (inCluster || process.connected === true) && cluster().isWorker;
}

/** Has the primary bind, and gives its handle or a negative errno. */
export function bindInPrimary(
  owner: object,
  options: object,
  done: (errno: number, handle?: CoreHandle) => void,
): void {
  const { _getServer } = cluster();
  if (_getServer === undefined) throw new Error('this runtime’s cluster shares no descriptors');
  _getServer(owner, options, (errno, handle) => done(errno || 0, handle));
}
