// node --require bsd-socket/dgram/register: puts this package's dgram in the place of node's for
// the whole process, and for the cluster workers and child processes that inherit its arguments.
import { syncBuiltinESMExports } from 'node:module';
import { createSocket, Socket } from './index';

// The module object itself: an import of it is a copy of its properties.
Object.assign(require('node:dgram'), { createSocket, Socket });
syncBuiltinESMExports();
