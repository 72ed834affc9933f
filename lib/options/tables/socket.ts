// SOL_SOCKET: the options of every socket.
import { attached, program } from '../codecs/bpf';
import { device, interfaceIndex } from '../codecs/interfaces';
import { flag, int, kernelTimeval, long, timeval, unsigned } from '../codecs/numbers';
import { linger, ucred } from '../codecs/records';
import {
  dontLinger,
  groups,
  label,
  memory,
  ownedFd,
  peerName,
  tokens,
  txtime,
} from '../codecs/sockets';
import { type Row, ro, rw, table, wo } from '../row';

const ADMIN = 'CAP_NET_ADMIN';
const RAW_OR_ADMIN = 'CAP_NET_RAW or CAP_NET_ADMIN';

/** Other systems can set it, so the types let one try: Linux says ENOPROTOOPT. */
const sendLowWater = ro(int(), '1.0', 'all', 'Always reads 1.', {
  unit: 'bytes',
  quirk: 'Linux cannot set it: ENOPROTOOPT.',
}) as Row<number, number>;

export const socketOptions = table('SOL_SOCKET', {
  SO_DEBUG: rw(flag, '1.0', 'all', 'Records debugging information.', {
    needs: `${ADMIN} to switch on`,
    quirk: 'Refused with EACCES, not EPERM.',
  }),
  SO_REUSEADDR: rw(
    flag,
    '1.0',
    'all',
    'Lets bind() take an address whose old connections stand in TIME_WAIT; on UDP, ' +
      'one that others share.',
    { quirk: 'Raw sockets start with 1.' },
  ),
  SO_TYPE: ro(int(), '1.0', 'all', 'SOCK_STREAM, SOCK_DGRAM, SOCK_RAW …'),
  SO_ERROR: ro(int(), '1.0', 'all', 'The pending error as a positive errno, 0 for none.', {
    readingChanges: 'clears the error',
  }),
  SO_DONTROUTE: rw(flag, '1.0', 'all', 'Sends to directly connected hosts only, past no gateway.'),
  SO_BROADCAST: rw(
    flag,
    '1.0',
    'all',
    'Permits sending to a broadcast address, which is EACCES without it.',
  ),
  SO_SNDBUF: rw(
    int(),
    '1.0',
    'all',
    'The size of the send buffer (socket(7)): how much unsent and unacknowledged ' +
      'data it holds.',
    {
      unit: 'bytes',
      sample: 8192,
      reads: 16384,
      quirk:
        'Reads back doubled; at least 4608, at most twice net.core.wmem_max; a negative ' +
        'number takes the maximum.',
    },
  ),
  SO_RCVBUF: rw(
    int(),
    '1.0',
    'all',
    'The size of the receive buffer (socket(7)): how much data the receive queue holds.',
    {
      unit: 'bytes',
      sample: 8192,
      reads: 16384,
      quirk:
        'Reads back doubled; at least 2304, at most twice net.core.rmem_max; a negative ' +
        'number takes the maximum.',
    },
  ),
  SO_KEEPALIVE: rw(
    flag,
    '1.0',
    'all',
    'Probes an idle connection (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT).',
  ),
  SO_OOBINLINE: rw(
    flag,
    '1.0',
    'all',
    'Leaves urgent (out-of-band) data in the stream, where recv() reads it in order.',
  ),
  SO_NO_CHECK: rw(flag, '1.0', 'all', 'Sends UDP over IPv4 without checksums.'),
  SO_PRIORITY: rw(int(), '1.0', 'all', 'The queueing priority of what is sent.', {
    needs: `${RAW_OR_ADMIN} outside 0 … 6`,
    sample: 6,
    quirk: 'Setting IP_TOS changes it; accepted sockets do not inherit it.',
  }),
  SO_LINGER: rw(
    linger,
    '1.0',
    'all',
    'Whether and how long (seconds) close() waits for unsent data; on with 0 seconds ' +
      'resets a TCP connection.',
    {
      unit: 'seconds',
      quirk:
        'With unsent data and a time above 0, close() blocks the whole process, event ' +
        'loop included, until the data is acknowledged or the time is over.',
    },
  ),
  SO_DONTLINGER: rw(
    dontLinger,
    '-',
    'all',
    "Winsock's name for SO_LINGER switched off: Linux knows no such option, so this " +
      'reads and sets SO_LINGER.',
    { optname: ~13, quirk: 'Through the raw calls its number is ENOPROTOOPT.' },
  ),
  SO_BSDCOMPAT: rw(flag, '1.0', 'all', 'Once silenced ICMP errors on UDP sockets.', {
    reads: 0,
    quirk: 'Accepted and ignored since 2.6: always reads 0.',
  }),
  SO_REUSEPORT: rw(
    flag,
    '3.9',
    'inet, inet6',
    'Lets several sockets of one user bind the same port, the kernel sharing ' +
      'arrivals out among them.',
    { quirk: 'EOPNOTSUPP on other families since 6.14.' },
  ),
  SO_PASSCRED: rw(
    flag,
    '2.1',
    'unix, netlink',
    'Adds SCM_CREDENTIALS to received messages; a unix socket binds itself when it ' +
      'first sends.',
    { quirk: 'EOPNOTSUPP on other families since 6.16; MPTCP takes it and ignores it.' },
  ),
  SO_PEERCRED: ro(
    ucred,
    '2.1',
    'unix connected',
    'Who the peer was at connect(), listen() or socketpair().',
    { quirk: 'Without such a peer pid is 0, uid and gid 4294967295.' },
  ),
  SO_RCVLOWAT: rw(
    int(),
    '1.0',
    'all',
    'Wakes a waiting TCP receive, and poll(), only from this many bytes on; data ' +
      'that is queued already is returned at once.',
    { unit: 'bytes', sample: 4, quirk: '0 is stored as 1, a negative number as 2147483647.' },
  ),
  SO_SNDLOWAT: sendLowWater,
  SO_RCVTIMEO: rw(
    timeval,
    '1.0',
    'all',
    'How long Sync receives and acceptSync() wait before EAGAIN, 0 without limit; ' +
      'promises take timeoutMs and settimeout().',
    { unit: 'milliseconds' },
  ),
  SO_SNDTIMEO: rw(
    timeval,
    '1.0',
    'all',
    'How long Sync sends wait before EAGAIN, and connectSync() before EINPROGRESS, 0 ' +
      'without limit; promises take timeoutMs and settimeout().',
    { unit: 'milliseconds' },
  ),
  SO_BINDTODEVICE: rw(
    device,
    '2.0.30',
    'inet, inet6',
    "Binds the socket to one interface, by name; '' or null unbinds it.",
    {
      needs: 'CAP_NET_RAW to change a binding (since 5.7 the first is free)',
      quirk: 'Reading needs 16 bytes of room; every address is taken to be on that link.',
    },
  ),
  SO_ATTACH_FILTER: wo(
    program,
    '2.2',
    'all',
    'Attaches a classic BPF filter: packets that it rejects never reach the receive ' + 'queue.',
  ),
  SO_GET_FILTER: ro(
    attached,
    '3.8',
    'all',
    'The attached classic BPF program, instruction by instruction; none is [].',
    {
      quirk:
        'The number of SO_ATTACH_FILTER, read; the kernel counts its length in ' + 'instructions.',
    },
  ),
  SO_DETACH_FILTER: wo(
    flag,
    '2.2',
    'all',
    'Detaches the filter, classic or eBPF; the value is ignored.',
    { before: { SO_ATTACH_FILTER: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }] } },
  ),
  SO_DETACH_BPF: wo(flag, '3.19', 'all', 'Alias of SO_DETACH_FILTER.', {
    before: { SO_ATTACH_FILTER: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }] },
  }),
  SO_PEERNAME: ro(peerName, '2.4', 'connected', "The peer's address, as getpeername() gives it.", {
    quirk: 'EINVAL where the buffer is longer than the address.',
  }),
  SO_TIMESTAMP: rw(flag, '2.0', 'all', 'Adds SCM_TIMESTAMP (microseconds) to received messages.', {
    quirk: 'Excludes SO_TIMESTAMPNS.',
  }),
  SO_TIMESTAMP_OLD: rw(flag, '2.0', 'all', 'Alias of SO_TIMESTAMP.'),
  SO_ACCEPTCONN: ro(flag, '2.3', 'all', '1 after listen(2), else 0.'),
  SO_PEERSEC: ro(label, '2.6.2', 'unix connected', "The peer's security label.", {
    quirk: 'ENOPROTOOPT where no security module gives labels.',
    untried: 'no security module here',
  }),
  SO_SNDBUFFORCE: wo(int(), '2.6.14', 'all', 'SO_SNDBUF past net.core.wmem_max.', {
    unit: 'bytes',
    needs: ADMIN,
    sample: 8192,
    quirk: 'A negative number takes the minimum.',
  }),
  SO_RCVBUFFORCE: wo(int(), '2.6.14', 'all', 'SO_RCVBUF past net.core.rmem_max.', {
    unit: 'bytes',
    needs: ADMIN,
    sample: 8192,
    quirk: 'A negative number takes the minimum.',
  }),
  SO_PASSSEC: rw(flag, '2.6.18', 'unix, netlink', 'Adds SCM_SECURITY to received messages.', {
    quirk: 'EOPNOTSUPP on other families.',
  }),
  SO_TIMESTAMPNS: rw(
    flag,
    '2.6.22',
    'all',
    'Adds SCM_TIMESTAMPNS (nanoseconds) to received messages.',
    { quirk: 'Excludes SO_TIMESTAMP.' },
  ),
  SO_TIMESTAMPNS_OLD: rw(flag, '2.6.22', 'all', 'Alias of SO_TIMESTAMPNS.'),
  SO_MARK: rw(
    unsigned,
    '2.6.25',
    'all',
    'The firewall mark of what is sent; -1 is 2^32 - 1, and reads so.',
    { needs: `${ADMIN}, since 5.17 CAP_NET_RAW will do`, sample: 7 },
  ),
  SO_TIMESTAMPING: rw(
    int(),
    '2.6.30',
    'all',
    'Which timestamps to make and report: a mask of SOF_TIMESTAMPING_*.',
    { sample: 16, quirk: 'With 8 bytes of room, reading adds the PHC index.' },
  ),
  SO_TIMESTAMPING_OLD: rw(int(), '2.6.30', 'all', 'Alias of SO_TIMESTAMPING.', { sample: 16 }),
  SO_PROTOCOL: ro(int(), '2.6.32', 'all', 'The protocol: IPPROTO_TCP …'),
  SO_DOMAIN: ro(int(), '2.6.32', 'all', 'The family: AF_INET …'),
  SO_RXQ_OVFL: rw(
    flag,
    '2.6.33',
    'all',
    'Adds SO_RXQ_OVFL, how many datagrams were dropped so far, to received messages.',
  ),
  SO_WIFI_STATUS: rw(
    flag,
    '3.3',
    'all',
    'Adds SCM_WIFI_STATUS, whether a frame was acknowledged, to the error queue.',
  ),
  SO_PEEK_OFF: rw(
    int(),
    '3.4',
    'all',
    'Where MSG_PEEK starts to look; it moves on with each peek; -1 is off.',
    {
      unit: 'bytes',
      sample: 0,
      quirk: 'EOPNOTSUPP on protocols without it: unix, UDP and (6.9) TCP have it.',
    },
  ),
  SO_NOFCS: rw(flag, '3.4', 'all', 'The last 4 bytes of a sent frame are its checksum.', {
    quirk: 'Sending is EPROTONOSUPPORT where the device cannot.',
  }),
  SO_LOCK_FILTER: rw(flag, '3.9', 'all', 'Forbids changing or removing the filter, for good.', {
    quirk: 'Setting it back to 0 is EPERM.',
  }),
  SO_SELECT_ERR_QUEUE: rw(flag, '3.10', 'all', 'poll() reports POLLPRI for the error queue.'),
  SO_BUSY_POLL: rw(int(0), '3.11', 'all', 'How long a blocking receive polls the device.', {
    unit: 'microseconds',
    needs: `${ADMIN} to raise it`,
    sample: 50,
  }),
  SO_MAX_PACING_RATE: rw(
    long,
    '3.13',
    'all',
    'The most that is sent per second; 2^64 - 1, or -1, is no limit.',
    {
      unit: 'bytes per second',
      sample: 100000n,
      quirk: 'Four bytes will do to set it; eight read it.',
    },
  ),
  SO_BPF_EXTENSIONS: ro(
    int(),
    '3.14',
    'all',
    'How many ancillary loads (SKF_AD_*) classic BPF has here.',
  ),
  SO_INCOMING_CPU: rw(
    int(),
    '3.19',
    'all',
    'The CPU that last received; set, it steers SO_REUSEPORT; -1 is none.',
    { sample: 0 },
  ),
  SO_ATTACH_BPF: wo(int(0), '3.19', 'all', 'The descriptor of an eBPF socket filter.', {
    apart: 'a loaded eBPF program',
    sample: 0,
  }),
  SO_ATTACH_REUSEPORT_CBPF: wo(
    program,
    '4.5',
    'inet, inet6',
    'A classic BPF program that picks the socket of a SO_REUSEPORT group, by its index.',
    { kind: 'udp', before: { SO_REUSEPORT: true } },
  ),
  SO_ATTACH_REUSEPORT_EBPF: wo(
    int(0),
    '4.5',
    'inet, inet6',
    'The descriptor of an eBPF program that picks the socket of a SO_REUSEPORT group.',
    { apart: 'a loaded eBPF program', sample: 0 },
  ),
  SO_CNX_ADVICE: wo(int(), '4.6', 'inet, inet6', '1 asks for another path to the peer.', {
    sample: 1,
    quirk: 'Other values are ignored.',
  }),
  SO_MEMINFO: ro(memory, '4.12', 'all', "The socket's memory, as ss -m shows it.", {
    unit: 'bytes',
  }),
  SO_INCOMING_NAPI_ID: ro(
    unsigned,
    '4.12',
    'all',
    'The device queue of the last packet, 0 for none.',
  ),
  SO_COOKIE: ro(
    long,
    '4.12',
    'all',
    "A number that no other socket has since boot: ss -e shows it as 'sk'.",
    { quirk: 'EINVAL with less than 8 bytes of room.' },
  ),
  SO_PEERGROUPS: ro(groups, '4.13', 'unix connected', "The peer's supplementary groups.", {
    quirk: 'ERANGE where the buffer is short; read again with more.',
  }),
  SO_ZEROCOPY: rw(flag, '4.14', 'inet, inet6', 'Permits MSG_ZEROCOPY.', {
    quirk: 'EINVAL for other than 0 and 1; EOPNOTSUPP on other protocols.',
  }),
  SO_TXTIME: rw(
    txtime,
    '4.19',
    'all',
    'Permits SCM_TXTIME, the time to send at, on this clock; flags are SOF_TXTIME_*.',
    { needs: `${ADMIN} for a clock other than CLOCK_MONOTONIC` },
  ),
  SO_BINDTOIFINDEX: rw(
    interfaceIndex,
    '5.1',
    'inet, inet6',
    'SO_BINDTODEVICE by index; 0 unties.',
    {
      needs: 'CAP_NET_RAW to change a binding',
      quirk: 'An index that no interface has is taken all the same.',
    },
  ),
  SO_TIMESTAMP_NEW: rw(flag, '5.1', 'all', 'SO_TIMESTAMP with 64-bit time on every platform.'),
  SO_TIMESTAMPNS_NEW: rw(flag, '5.1', 'all', 'SO_TIMESTAMPNS with 64-bit time on every platform.'),
  SO_TIMESTAMPING_NEW: rw(
    int(),
    '5.1',
    'all',
    'SO_TIMESTAMPING with 64-bit time on every platform.',
    {
      readSince: '6.7',
      sample: 16,
      quirk: 'Reads 0 where SO_TIMESTAMPING was set. The getter is backported to 6.1.',
    },
  ),
  SO_RCVTIMEO_OLD: rw(timeval, '1.0', 'all', 'Alias of SO_RCVTIMEO.', { unit: 'milliseconds' }),
  SO_SNDTIMEO_OLD: rw(timeval, '1.0', 'all', 'Alias of SO_SNDTIMEO.', { unit: 'milliseconds' }),
  SO_RCVTIMEO_NEW: rw(
    kernelTimeval,
    '5.1',
    'all',
    'SO_RCVTIMEO with 64-bit time on every platform.',
    { unit: 'milliseconds' },
  ),
  SO_SNDTIMEO_NEW: rw(
    kernelTimeval,
    '5.1',
    'all',
    'SO_SNDTIMEO with 64-bit time on every platform.',
    { unit: 'milliseconds' },
  ),
  SO_DETACH_REUSEPORT_BPF: wo(
    flag,
    '5.3',
    'inet, inet6',
    'Takes the program off a SO_REUSEPORT group; the value means nothing.',
    {
      kind: 'udp',
      before: { SO_REUSEPORT: true, SO_ATTACH_REUSEPORT_CBPF: [{ code: 6, jt: 0, jf: 0, k: 0 }] },
    },
  ),
  SO_PREFER_BUSY_POLL: rw(flag, '5.11', 'all', 'Prefers busy polling to interrupts.', {
    needs: `${ADMIN} to switch on`,
  }),
  SO_BUSY_POLL_BUDGET: wo(int(0, 65535), '5.11', 'all', 'How many packets one busy poll takes.', {
    unit: 'packets',
    needs: `${ADMIN} to raise it`,
    sample: 8,
    quirk: 'The kernel has no getter.',
  }),
  SO_NETNS_COOKIE: ro(long, '5.14', 'all', 'A number that no other network namespace has.', {
    quirk: 'EINVAL unless asked with exactly 8 bytes.',
  }),
  SO_BUF_LOCK: rw(
    int(0, 3),
    '5.14',
    'all',
    'Which buffer sizes are fixed by hand: 1 sending, 2 receiving.',
    { sample: 3 },
  ),
  SO_RESERVE_MEM: rw(int(0), '5.17', 'all', 'Memory set aside for this socket.', {
    unit: 'bytes',
    sample: 4096,
    quirk: 'Rounded up to pages; needs cgroup memory accounting, else EOPNOTSUPP.',
    apart: 'a memory cgroup',
  }),
  SO_TXREHASH: rw(
    int(-1, 1),
    '5.18',
    'tcp',
    'Whether a timeout makes TCP try another path: 0, 1, or -1 for the system default.',
    { sample: 1 },
  ),
  SO_RCVMARK: rw(flag, '5.19', 'all', 'Adds SO_MARK to received messages.', {
    needs: `${RAW_OR_ADMIN} on some kernels`,
  }),
  SO_PASSPIDFD: rw(
    flag,
    '6.5',
    'unix',
    'Adds SCM_PIDFD, a descriptor of the sending process, to received messages.',
    { quirk: 'EOPNOTSUPP on other families.' },
  ),
  SO_PEERPIDFD: ro(
    ownedFd,
    '6.5',
    'unix connected',
    'A new pidfd of the peer process, as an OwnedFd: close it.',
    { readingChanges: 'makes a descriptor' },
  ),
  SO_DEVMEM_DONTNEED: wo(tokens, '6.12', 'tcp', 'Gives fragments of device memory back.'),
  SO_RCVPRIORITY: rw(flag, '6.14', 'all', 'Adds SO_PRIORITY to received messages.'),
  SO_PASSRIGHTS: rw(
    flag,
    '6.16',
    'unix',
    'Whether descriptors may be sent to this socket; 0 makes senders of SCM_RIGHTS ' +
      'fail with EPERM.',
    { sample: 0, quirk: 'Starts with 1.' },
  ),
  SO_INQ: wo(
    flag,
    '6.17',
    'unix stream',
    'Adds SCM_INQ, how many bytes still wait, to received messages.',
    { quirk: 'No getter in 6.18.' },
  ),
  SO_RIGHTS_NOTRUNC: wo(
    flag,
    '7.3',
    'unix',
    'Control data that does not fit leaves descriptors queued rather than closed.',
    { untried: 'younger than the kernels at hand' },
  ),
});
