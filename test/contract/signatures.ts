// What each native function takes, argument by argument, with values it accepts: a new native
// function needs a row here.

/**
 * A kind of argument: a value that is accepted (made anew for each call), and which hostile values
 * (hostile.ts) it accepts.
 */
export type Kind =
  | 'fd' // any C int
  | 'int'
  | 'word' // -2^31 to 2^32 - 1
  | 'u16'
  | 'wide' // any safe integer
  | 'wide?' // the same, or left out
  | 'size' // any safe integer from 0
  | 'length?' // a word, or null
  | 'bytes'
  | 'bytes?'
  | 'ints1' // an Int32Array with at least one element
  | 'ints1?'
  | 'ints2'
  | 'ints3'
  | 'triples'
  | 'offset'
  | 'count' // within the bytes before it
  | 'text'
  | 'text?'
  | 'iov?' // bytes, or numbers; or null
  | 'block' // room for one message
  | 'capacity'
  | 'room'
  | 'control'
  | 'from'
  | 'end'
  | 'msgs'
  | 'heads'
  | 'addr' // a word after a nullable sockaddr
  | 'argument' // number, bytes or null
  | 'callback'
  | 'callback?'
  | 'blocksize' // whole pages, 4096 ... 2^30
  | 'blocks'
  | 'milliseconds' // 1 ... 60000
  | 'flag' // 0 or 1
  | 'bytes32' // at least so many
  | 'settings' // a struct recorder_settings
  | 'ifname' // shorter than IFNAMSIZ
  | 'ifname?';

/**
 * The fds in these rows are -1 or not open: a refusal comes before the kernel hears of the call.
 */
export const SIGNATURES: Readonly<Record<string, readonly Kind[]>> = {
  socket: ['int', 'word', 'int'],
  netns_socket: ['fd', 'int', 'word', 'int', 'ints1'],
  socketpair: ['int', 'word', 'int', 'ints2'],
  bind: ['fd', 'bytes?', 'addr'],
  connect: ['fd', 'bytes?', 'addr'],
  listen: ['fd', 'int'],
  accept4: ['fd', 'word', 'bytes?', 'ints1?'],
  shutdown: ['fd', 'int'],
  getsockname: ['fd', 'bytes?', 'ints1?'],
  getpeername: ['fd', 'bytes?', 'ints1?'],
  close: ['fd', 'wide?'],
  dup: ['fd'],
  dup3: ['fd', 'fd', 'word'],
  pipe2: ['ints2', 'word'],
  adopt: ['fd'],
  release: ['fd', 'wide?'],
  transfer: ['fd', 'wide?'],
  redeem: ['wide'],
  owns: ['fd'],
  generation: ['fd'],
  owned: [],
  getsockopt: ['fd', 'int', 'int', 'bytes?', 'length?'],
  setsockopt: ['fd', 'int', 'int', 'bytes?', 'word'],
  getsockopt_int: ['fd', 'int', 'int'],
  setsockopt_int: ['fd', 'int', 'int', 'word'],
  setsockopt_fprog: ['fd', 'int', 'int', 'bytes?', 'u16'],
  getsockopt_filter: ['fd', 'bytes?'],
  getsockopt_msfilter: ['fd', 'int', 'int', 'bytes'],
  getsockopt_ao_keys: ['fd', 'bytes', 'word'],
  getsockopt_table: ['fd', 'int', 'int', 'bytes'],
  getsockopt_blank: ['fd', 'int', 'int', 'bytes'],
  recv: ['fd', 'bytes?', 'offset', 'count', 'word'],
  send: ['fd', 'bytes?', 'offset', 'count', 'word'],
  recvfrom: ['fd', 'bytes?', 'offset', 'count', 'word', 'bytes?', 'ints1?'],
  sendto: ['fd', 'bytes?', 'offset', 'count', 'word', 'bytes?', 'addr'],
  recvmsg: ['fd', 'iov?', 'bytes?', 'bytes?', 'ints3', 'word'],
  sendmsg: ['fd', 'iov?', 'bytes?', 'addr', 'bytes?', 'word', 'word', 'word'],
  recvmmsg: ['fd', 'msgs', 'heads', 'word', 'wide', 'wide'],
  sendmmsg: ['fd', 'msgs', 'heads', 'word'],
  recvmmsg_block: ['fd', 'block', 'capacity', 'room', 'control', 'word'],
  sendmmsg_block: ['fd', 'block', 'capacity', 'room', 'control', 'from', 'end', 'word'],
  sendfile: ['fd', 'fd', 'wide', 'size'],
  poll: ['triples', 'int'],
  fcntl: ['fd', 'int', 'word'],
  ioctl: ['fd', 'word', 'argument'],
  if_nametoindex: ['text'],
  if_indextoname: ['word', 'bytes'],
  getifaddrs: ['bytes'],
  netns_getifaddrs: ['fd', 'bytes', 'ints1'],
  getaddrinfo_sync: ['text?', 'text?', 'word', 'int', 'word', 'int', 'bytes'],
  getaddrinfo: ['text?', 'text?', 'word', 'int', 'word', 'int', 'callback'],
  getnameinfo_sync: ['bytes', 'word', 'bytes'],
  getnameinfo: ['bytes', 'word', 'callback'],
  gethostbyname_sync: ['text', 'int', 'bytes'],
  gethostbyname: ['text', 'int', 'callback'],
  gethostbyaddr_sync: ['bytes', 'int', 'bytes'],
  gethostbyaddr: ['bytes', 'int', 'callback'],
  getservbyname: ['text', 'text?'],
  getservbyport: ['u16', 'text?', 'bytes'],
  getprotobyname: ['text'],
  ring_open: ['fd', 'blocksize', 'blocks', 'milliseconds', 'flag', 'callback?'],
  ring_close: ['int'],
  ring_position: ['int'],
  ring_release: ['int', 'word'],
  ring_prepare: ['int', 'word', 'word'],
  ring_copy: ['int', 'word', 'bytes'],
  ring_stats: ['int', 'bytes32'],
  hwtstamp: ['fd', 'ifname'],
  recorder_open: ['ints1', 'settings', 'text', 'bytes'],
  recorder_fd: ['int'],
  recorder_stop: ['int', 'int'],
  recorder_counts: ['int', 'bytes32'],
  recorder_close: ['int'],
  drop_capabilities: ['word', 'ints1'],
  pcap_compile: ['text', 'ifname?', 'int', 'int', 'int', 'int', 'bytes', 'bytes'],
  pcap_compile_async: ['text', 'ifname?', 'int', 'int', 'int', 'int', 'callback'],
  pcap_version: ['bytes'],
  poller_open: ['callback', 'ints2'],
  poller_set: ['int', 'fd', 'word', 'word'],
  poller_drop: ['int', 'fd'],
  poller_ref: ['int', 'int'],
  poller_thread: [],
};

/** sizeof(struct recorder_settings) */
export const SETTINGS_SIZE = 72;

/** A descriptor that is not open. */
export const CLOSED = 1021;

/**
 * A value that a kind accepts, harmless in every call: no fd is open, no length waits, no name is
 * looked up in the network.
 */
export function sample(kind: Kind): unknown {
  switch (kind) {
    case 'fd':
      return CLOSED;
    case 'int':
    case 'word':
    case 'addr':
    case 'offset':
    case 'from':
    case 'wide':
    case 'wide?':
    case 'size':
    case 'u16':
    case 'argument':
      return 0;
    case 'length?':
    case 'count':
      return 4;
    case 'capacity':
    case 'end':
      return 1;
    case 'room':
    case 'control':
      return 8;
    case 'block':
    case 'bytes':
    case 'bytes?':
      return new Uint8Array(288);
    case 'ints1':
    case 'ints1?':
      return new Int32Array([16]);
    case 'ints2':
      return new Int32Array(2);
    case 'ints3':
      return new Int32Array(3);
    case 'triples':
      return new Int32Array([-1, 1, 0]);
    case 'text':
    case 'text?':
      return 'localhost';
    case 'iov?':
      return [new Uint8Array(8)];
    case 'msgs':
      return [[[new Uint8Array(8)], null, null]];
    case 'heads':
      return new Int32Array(4);
    case 'callback':
    case 'callback?':
      return () => {};
    case 'blocksize':
      return 4096;
    case 'blocks':
    case 'milliseconds':
    case 'flag':
      return 1;
    case 'bytes32':
      return new Uint8Array(32);
    case 'settings':
      return new Uint8Array(SETTINGS_SIZE);
    case 'ifname':
    case 'ifname?':
      return 'lo';
  }
}
