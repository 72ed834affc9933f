// Why an option or request is refused whatever its bytes say, and which call to use in its place.
import { constantNamed } from '../constant-named';

const PROGRAM = 'carries a pointer to a program: use attach_filter(fd, level, name, program)';
const COUNTED =
  'trusts a count inside the buffer, and so writes past optlen: use get_source_filter(fd, level, name, filter)';

/**
 * [call, level, option, why and what instead]. What the addon refuses and this table lacks gets the
 * general sentence.
 */
const OPTIONS: readonly (readonly [call: string, level: string, name: string, why: string])[] = [
  ['setsockopt', 'SOL_SOCKET', 'SO_ATTACH_FILTER', PROGRAM],
  ['setsockopt', 'SOL_SOCKET', 'SO_ATTACH_REUSEPORT_CBPF', PROGRAM],
  ['setsockopt', 'SOL_PACKET', 'PACKET_FANOUT_DATA', PROGRAM],
  [
    'getsockopt',
    'SOL_SOCKET',
    'SO_GET_FILTER',
    'counts instructions, not bytes, and so writes past optlen: use get_filter(fd, program)',
  ],
  ['getsockopt', 'IPPROTO_IP', 'IP_MSFILTER', COUNTED],
  ['getsockopt', 'IPPROTO_IP', 'MCAST_MSFILTER', COUNTED],
  ['getsockopt', 'IPPROTO_IPV6', 'MCAST_MSFILTER', COUNTED],
  [
    'getsockopt',
    'IPPROTO_TCP',
    'TCP_AO_GET_KEYS',
    'takes the size of one key for optlen, and so writes past it: use get_ao_keys(fd, keys, size)',
  ],
  [
    'getsockopt',
    'IPPROTO_TCP',
    'TCP_ZEROCOPY_RECEIVE',
    'maps pages at an address that the buffer names',
  ],
];

/**
 * The TypeError for DENIED. `given` are the arguments of the native call: fd, level and name, or fd
 * and request.
 */
export function denied(call: string, given: readonly unknown[]): TypeError {
  return Object.assign(new TypeError(sentence(call, given)), { code: 'ERR_INVALID_ARG_VALUE' });
}

function sentence(call: string, given: readonly unknown[]): string {
  if (call === 'ioctl')
    return `ioctl: request 0x${Number(given[1]).toString(16)} is not one whose argument is known to be flat (a pointer inside would let the kernel write anywhere)`;
  if (call === 'fcntl') return `fcntl: command ${given[1]} takes a pointer, not an integer`;
  const row = OPTIONS.find(
    ([of, level, name]) =>
      of === call && constantNamed(level) === given[1] && constantNamed(name) === given[2],
  );
  if (row) return `${call}: ${row[1]} ${row[2]} ${row[3]}`;
  const instead =
    call === 'getsockopt'
      ? ': use get_table(fd, level, name, table) for the flat netfilter ones, get_blank(fd, level, name, buf) to ask with zeros'
      : '';
  return `${call}: option ${given[2]} of level ${given[1]} carries a pointer or is written past optlen, and has no raw form${instead}`;
}
