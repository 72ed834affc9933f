// SOL_CAN_RAW: the options of raw CAN sockets.
import { filters, vcid } from '../codecs/can';
import { flag, unsigned } from '../codecs/numbers';
import { rw, table, wo } from '../row';

export const canRawOptions = table('SOL_CAN_RAW', {
  CAN_RAW_FILTER: wo(
    filters,
    '2.6.25',
    'can raw',
    'Which frames come in: any that one of the filters lets pass; [] is none.',
    { quirk: 'At most 512. CAN_INV_FILTER in an id inverts its filter.' },
  ),
  CAN_RAW_ERR_FILTER: rw(
    unsigned,
    '2.6.25',
    'can raw',
    'Which error frames come in: a mask of CAN_ERR_*.',
    { sample: 1 },
  ),
  CAN_RAW_LOOPBACK: rw(
    flag,
    '2.6.25',
    'can raw',
    'Whether other sockets of this host see the frames sent.',
    { quirk: 'Starts with 1.' },
  ),
  CAN_RAW_RECV_OWN_MSGS: rw(flag, '2.6.25', 'can raw', 'Whether this socket sees its own frames.'),
  CAN_RAW_FD_FRAMES: rw(flag, '3.6', 'can raw', 'Takes CAN FD frames too.'),
  CAN_RAW_JOIN_FILTERS: rw(flag, '4.1', 'can raw', 'A frame must pass all filters, not any.'),
  CAN_RAW_XL_FRAMES: rw(flag, '6.1', 'can raw', 'Takes CAN XL frames too.'),
  CAN_RAW_XL_VCID_OPTS: rw(
    vcid,
    '6.9',
    'can raw',
    'The virtual CAN identifiers to send with and to let in.',
  ),
});
