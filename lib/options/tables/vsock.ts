// AF_VSOCK, which is its own level: the options of sockets between a virtual machine and its host.
import { kernelTimeval, long, timeval } from '../codecs/numbers';
import { rw, table } from '../row';

export const vsockOptions = table('AF_VSOCK', {
  SO_VM_SOCKETS_BUFFER_SIZE: rw(
    long,
    '3.9',
    'vsock',
    'The size of the receive buffer (socket(7)): how much data the receive queue holds.',
    { unit: 'bytes', sample: 65536n, quirk: 'Kept between the least and the most.' },
  ),
  SO_VM_SOCKETS_BUFFER_MIN_SIZE: rw(
    long,
    '3.9',
    'vsock',
    'The least that SO_VM_SOCKETS_BUFFER_SIZE may be.',
    { unit: 'bytes', sample: 1024n },
  ),
  SO_VM_SOCKETS_BUFFER_MAX_SIZE: rw(
    long,
    '3.9',
    'vsock',
    'The most that SO_VM_SOCKETS_BUFFER_SIZE may be.',
    { unit: 'bytes', sample: 262144n },
  ),
  SO_VM_SOCKETS_CONNECT_TIMEOUT: rw(timeval, '3.9', 'vsock', 'How long a blocking connect waits.', {
    unit: 'milliseconds',
    quirk: 'Starts with 2000; a bad value is ERANGE.',
  }),
  SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD: rw(
    timeval,
    '3.9',
    'vsock',
    'Alias of SO_VM_SOCKETS_CONNECT_TIMEOUT.',
    { unit: 'milliseconds' },
  ),
  SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW: rw(
    kernelTimeval,
    '5.16',
    'vsock',
    'SO_VM_SOCKETS_CONNECT_TIMEOUT with 64-bit time on every platform.',
    { unit: 'milliseconds' },
  ),
});
