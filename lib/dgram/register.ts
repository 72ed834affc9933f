// node --require bsd-socket/dgram/register: puts this package's dgram in the place of node's for
// the whole process, and for the cluster workers and child processes that inherit its arguments.
import { syncBuiltinESMExports } from 'node:module';
import { CORE_DGRAM } from '../socket/hand-over';
import { createSocket, Socket } from './index';

// The module object itself: an import of it is a copy of its properties.
const module_ = require('node:dgram') as typeof import('node:dgram');
Object.assign(module_, { createSocket, Socket, [CORE_DGRAM]: { ...module_ } });
syncBuiltinESMExports();
