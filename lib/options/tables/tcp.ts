// IPPROTO_TCP: the options of TCP sockets.
import { flag, int, unsigned } from '../codecs/numbers';
import { blob, name } from '../codecs/records';
import { congestionInfo, info } from '../codecs/tcp-info';
import { aoDelete, aoInfo, aoKey, aoKeys, md5Key } from '../codecs/tcp-keys';
import { aoRepair, repairOptions, repairWindow } from '../codecs/tcp-repair';
import { ro, rw, table, wo } from '../row';

const ADMIN = 'CAP_NET_ADMIN';
const AO = 'needs a kernel with CONFIG_TCP_AO';
const REPAIR = { TCP_REPAIR: 1 };

export const tcpOptions = table('IPPROTO_TCP', {
  TCP_NODELAY: rw(
    flag,
    '1.0',
    'tcp',
    'Sends at once, without waiting for acknowledgements (no Nagle).',
  ),
  TCP_MAXSEG: rw(
    int(0, 32767),
    '1.0',
    'tcp',
    'The largest segment to send and to announce; 0 takes the default again.',
    {
      unit: 'bytes',
      sample: 1000,
      quirk: 'Less than 88 is EINVAL; reads 536 while unconnected and unset.',
    },
  ),
  TCP_CORK: rw(flag, '2.2', 'tcp', 'Holds back partial frames until taken off, at most 200 ms.'),
  TCP_KEEPIDLE: rw(
    int(1, 32767),
    '2.4',
    'tcp',
    'How long a connection is idle before the first keepalive probe.',
    { unit: 'seconds', sample: 60 },
  ),
  TCP_KEEPINTVL: rw(int(1, 32767), '2.4', 'tcp', 'The time between keepalive probes.', {
    unit: 'seconds',
    sample: 10,
  }),
  TCP_KEEPCNT: rw(int(1, 127), '2.4', 'tcp', 'How many unanswered probes end the connection.', {
    sample: 5,
  }),
  TCP_SYNCNT: rw(int(1, 127), '2.4', 'tcp', 'How often connect() sends SYN again.', { sample: 3 }),
  TCP_LINGER2: rw(
    int(),
    '2.4',
    'tcp',
    'How long an orphan stays in FIN_WAIT2; negative: not at all.',
    { unit: 'seconds', sample: 10, quirk: 'More than 120 reads back as 0, and means the default.' },
  ),
  TCP_DEFER_ACCEPT: rw(
    int(),
    '2.4',
    'tcp',
    'accept() wakes up only once data has come, or after this time; negative is 0, off.',
    {
      unit: 'seconds',
      sample: 5,
      reads: 7,
      quirk: 'Kept as a number of retransmissions, so it reads back rounded up: 5 as 7.',
    },
  ),
  TCP_WINDOW_CLAMP: rw(int(), '2.4', 'tcp', 'The largest window to announce.', {
    unit: 'bytes',
    sample: 4096,
    quirk: 'At least 1152; 0 is EINVAL unless closed.',
  }),
  TCP_INFO: ro(
    info,
    '2.4',
    'tcp',
    'The state of the connection: round-trip times, windows, losses, rates (struct ' +
      'tcp_info, as `ss -ti` prints it).',
    { quirk: 'As long as the running kernel makes it.' },
  ),
  TCP_QUICKACK: rw(flag, '2.4.4', 'tcp', 'Acknowledges at once.', {
    quirk: 'Not for good: the kernel goes back to delaying when it sees fit.',
  }),
  TCP_CONGESTION: rw(
    name(15, 'name of an algorithm', 'reno'),
    '2.6.13',
    'tcp',
    'The congestion control algorithm: cubic, reno, bbr …',
    { needs: `${ADMIN} for one outside net.ipv4.tcp_allowed_congestion_control` },
  ),
  TCP_MD5SIG: wo(
    md5Key,
    '2.6.20',
    'tcp',
    'The key that segments from and to this peer are signed with (RFC 2385); an ' +
      'empty key takes it away.',
    { quirk: 'Not in every kernel: CONFIG_TCP_MD5SIG.' },
  ),
  TCP_THIN_LINEAR_TIMEOUTS: rw(
    flag,
    '2.6.34',
    'tcp',
    'Streams of few packets retransmit at even intervals at first.',
  ),
  TCP_THIN_DUPACK: rw(
    flag,
    '2.6.34',
    'tcp',
    'Once: streams of few packets retransmitted after one duplicate acknowledgement.',
    { reads: 0, quirk: 'No effect since 4.11: always reads 0.' },
  ),
  TCP_USER_TIMEOUT: rw(
    int(0),
    '2.6.37',
    'tcp',
    'How long sent data may stay unacknowledged before the connection ends; 0 takes ' +
      'the default.',
    { unit: 'milliseconds', sample: 1000 },
  ),
  TCP_REPAIR: rw(
    int(-1, 1),
    '3.5',
    'tcp',
    'Freezes the connection so that its state can be read and written; -1 ends it ' +
      'without a window probe.',
    { needs: ADMIN, sample: 1 },
  ),
  TCP_REPAIR_QUEUE: rw(
    int(0, 2),
    '3.5',
    'tcp',
    'The queue to repair: 0 none, 1 received, 2 to send.',
    { sample: 1, before: REPAIR },
  ),
  TCP_QUEUE_SEQ: rw(unsigned, '3.5', 'tcp', 'The sequence number of the queue under repair.', {
    sample: 1000,
    before: { ...REPAIR, TCP_REPAIR_QUEUE: 1 },
  }),
  TCP_REPAIR_OPTIONS: wo(
    repairOptions,
    '3.5',
    'tcp',
    'What the connection agreed on: segment size, window scale, SACK, timestamps.',
    { kind: 'tcp-connected', before: REPAIR },
  ),
  TCP_FASTOPEN: rw(
    int(0),
    '3.7',
    'tcp',
    'How many fast-open requests may wait on a listener; 0 is none.',
    { sample: 5 },
  ),
  TCP_TIMESTAMP: rw(unsigned, '3.9', 'tcp', "The connection's timestamp clock.", {
    sample: 1000,
    before: REPAIR,
    reads: (got) => got >= 1000,
    quirk: 'Setting needs TCP_REPAIR; the clock runs on.',
  }),
  TCP_NOTSENT_LOWAT: rw(
    unsigned,
    '3.12',
    'tcp',
    'poll() reports writable only while less than this is unsent.',
    { unit: 'bytes', sample: 4096 },
  ),
  TCP_CC_INFO: ro(congestionInfo, '4.1', 'tcp', 'The state of the congestion control algorithm.', {
    quirk: 'Only vegas, dctcp and bbr have one.',
  }),
  TCP_SAVE_SYN: rw(
    int(0, 2),
    '4.2',
    'tcp',
    'A listener keeps the SYN headers of its connections; 2 with the link layer.',
    { sample: 1 },
  ),
  TCP_SAVED_SYN: ro(
    blob(512),
    '4.2',
    'tcp',
    'The headers of the SYN that opened an accepted connection; empty where none.',
    { readingChanges: 'they can be read once' },
  ),
  TCP_REPAIR_WINDOW: rw(repairWindow, '4.8', 'tcp', 'The window of a connection under repair.', {
    kind: 'tcp-connected',
    before: REPAIR,
    sample: {},
    again: true,
  }),
  TCP_FASTOPEN_CONNECT: rw(
    flag,
    '4.11',
    'tcp',
    'connect() waits for the first send, which goes with the SYN.',
    { quirk: 'EOPNOTSUPP where net.ipv4.tcp_fastopen has it off.' },
  ),
  TCP_ULP: rw(
    name(15, 'name of an upper layer', 'tls'),
    '4.13',
    'tcp',
    'The protocol that the kernel speaks on top: tls, espintcp, smc.',
    { kind: 'tcp-connected', apart: 'the module tls', quirk: "'' where none; for good once set." },
  ),
  TCP_MD5SIG_EXT: wo(md5Key, '4.14', 'tcp', 'TCP_MD5SIG with prefix and ifindex.', {
    sample: { address: '192.0.2.0', key: 'secret', prefix: 24 },
  }),
  TCP_FASTOPEN_KEY: rw(
    blob(32, 32, Buffer.from('0123456789abcdef')),
    '4.15',
    'tcp',
    'The key that fast-open cookies are made with, 16 bytes, or two of them.',
    { reads: (got) => got.toString() === '0123456789abcdef' },
  ),
  TCP_FASTOPEN_NO_COOKIE: rw(flag, '4.15', 'tcp', 'Fast open without cookies.'),
  TCP_INQ: rw(
    flag,
    '4.18',
    'tcp',
    'Adds TCP_CM_INQ, how many bytes still wait, to received messages.',
  ),
  TCP_CM_INQ: rw(flag, '4.18', 'tcp', 'Alias of TCP_INQ.'),
  TCP_TX_DELAY: rw(int(0), '5.3', 'tcp', 'Delays all that is sent.', {
    unit: 'microseconds',
    sample: 1000,
    quirk: 'Needs the fq scheduler.',
  }),
  TCP_AO_ADD_KEY: wo(aoKey, '6.7', 'tcp', 'Adds an authentication key for a peer (RFC 5925).', {
    untried: AO,
  }),
  TCP_AO_DEL_KEY: wo(aoDelete, '6.7', 'tcp', 'Removes an authentication key.', { untried: AO }),
  TCP_AO_INFO: rw(aoInfo, '6.7', 'tcp', 'Settings and counters of authentication.', {
    untried: AO,
  }),
  TCP_AO_GET_KEYS: ro(aoKeys, '6.7', 'tcp', 'The authentication keys.', { untried: AO }),
  TCP_AO_REPAIR: rw(
    aoRepair,
    '6.7',
    'tcp',
    'The authentication state of a connection under repair.',
    { untried: AO },
  ),
  TCP_IS_MPTCP: ro(flag, '6.9', 'tcp', '1 on a subflow of an MPTCP connection.'),
  TCP_RTO_MAX_MS: rw(int(1000, 120000), '6.15', 'tcp', 'The longest retransmission timeout.', {
    unit: 'milliseconds',
    sample: 5000,
  }),
  TCP_RTO_MIN_US: rw(int(1), '6.16', 'tcp', 'The shortest retransmission timeout.', {
    unit: 'microseconds',
    sample: 50000,
    reads: (got) => got >= 50000 && got < 60000,
    quirk: "Rounded up to the kernel's tick: 50000 may read 52000.",
  }),
  TCP_DELACK_MAX_US: rw(int(1), '6.16', 'tcp', 'The longest delay of an acknowledgement.', {
    unit: 'microseconds',
    sample: 20000,
    reads: (got) => got >= 20000 && got < 30000,
    quirk: "Rounded up to the kernel's tick.",
  }),
});
