// Loads the addon. This file is the whole native contract, as one typed interface (docs/contract.md
// says it in words).
import { load } from './load';

/**
 * Every function answers an integer: >= 0 is the kernel's own number, `-errno` (-1 ... -4095) is
 * the kernel's refusal, and the two ranges below are the addon's own. Nothing here ever throws.
 */
export const BAD_ARGUMENT = -4096; // -(4096 + i): argument i is not what the signature says
// this option carries a pointer, or its getter writes past optlen: typed form only
export const DENIED = -8191;
/** -(8192 + n): a look-up failed with EAI number -n. */
export const GAI_FAILURE = -8192; // -(8192 + n): getaddrinfo or getnameinfo answered EAI number -n

/** Where the compiler put a struct's members: bytes. */
export interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, readonly [offset: number, size: number]>>;
}

/**
 * A nullable out-length: element 0 says the capacity, and then what the kernel reported.
 */
type Length = Int32Array | null;

export interface Native {
  /**
   * The constants whose number on this target is not Linux's usual one (native/constants.def), for
   * lib/constants.ts alone, which has all of them.
   */
  readonly constants: object;
  /** Every struct of native/layouts.def. */
  readonly layouts: Readonly<Record<string, Layout>>;

  // --- lifecycle
  socket(domain: number, type: number, protocol: number): number;
  /** socket(2) in the network namespace `netns`; `entered[0]` is 0 where setns(2) failed. */
  netns_socket(
    netns: number,
    domain: number,
    type: number,
    protocol: number,
    entered: Int32Array,
  ): number;
  socketpair(domain: number, type: number, protocol: number, fds: Int32Array): number;
  /**
   * `addrlen` may be more than the bytes given: zero-padded up to 128, never over-read; a negative
   * one reaches the kernel.
   */
  bind(fd: number, sockaddr: Uint8Array | null, addrlen: number): number;
  connect(fd: number, sockaddr: Uint8Array | null, addrlen: number): number;
  listen(fd: number, backlog: number): number;
  accept4(fd: number, flags: number, sockaddr: Uint8Array | null, addrlen: Length): number;
  shutdown(fd: number, how: number): number;
  getsockname(fd: number, sockaddr: Uint8Array | null, addrlen: Length): number;
  getpeername(fd: number, sockaddr: Uint8Array | null, addrlen: Length): number;
  /**
   * close(2) of a descriptor that this environment owns, which leaves the pollers first. -EBADF
   * where it is not owned, not under that `generation` (0 or left out: any), or where others have
   * closed it and opened another file (fstat's st_dev and st_ino) under its number; the ownership
   * ends in that case too.
   */
  close(fd: number, generation?: number): number;
  dup(fd: number): number;
  dup3(fd: number, to: number, flags: number): number;
  pipe2(fds: Int32Array, flags: number): number;
  /**
   * This environment owns fd from now on (0), also where it did before; -EBADF where nothing is
   * open there, -EBUSY where another environment owns it, or it is an epoll or io_uring descriptor
   * (event loops abort the process when theirs is closed).
   */
  adopt(fd: number): number;
  /** Forgets fd without closing it: the caller owns it. -EBADF as close(). */
  release(fd: number, generation?: number): number;
  /**
   * Puts an owned fd in transit between environments and returns its ticket (> 0); nobody owns it
   * until the ticket is redeemed. -EBADF as close().
   */
  transfer(fd: number, generation?: number): number;
  /**
   * Takes the fd of a ticket out of transit: this environment owns it, under a new generation.
   * -ENOENT where no such ticket is open (a ticket is good once), -EBADF where others have closed
   * the descriptor meanwhile.
   */
  redeem(ticket: number): number;
  /**
   * The generation (> 0) under which this environment owns fd, or -EBADF. Each descriptor that is
   * opened, received or adopted gets a new one, so an owner that keeps its generation can never
   * close its successor under the same number.
   */
  generation(fd: number): number;
  /** 1 where this environment owns fd, else 0. */
  owns(fd: number): number;
  /** How many fds this environment owns. */
  owned(): number;

  // --- options
  /** Returns the length that the kernel reported. `optlen` null passes a NULL length pointer. */
  getsockopt(
    fd: number,
    level: number,
    name: number,
    value: Uint8Array | null,
    optlen: number | null,
  ): number;
  setsockopt(
    fd: number,
    level: number,
    name: number,
    value: Uint8Array | null,
    optlen: number,
  ): number;
  /**
   * An int option with nothing allocated or looked up: the result is the value, as unsigned 32 bits
   * (`| 0` makes the int of it).
   */
  getsockopt_int(fd: number, level: number, name: number): number;
  setsockopt_int(fd: number, level: number, name: number, value: number): number;
  /**
   * The typed form of the options that carry a struct sock_fprog: `program` is the instructions (8
   * bytes each), `count` their number.
   */
  setsockopt_fprog(
    fd: number,
    level: number,
    name: number,
    program: Uint8Array | null,
    count: number,
  ): number;
  /**
   * SO_GET_FILTER: returns how many instructions the filter has, and reads them where `program` has
   * space for all (8 bytes each).
   */
  getsockopt_filter(fd: number, program: Uint8Array | null): number;
  /**
   * IP_MSFILTER (struct ip_msfilter) and MCAST_MSFILTER (struct group_filter): the count in
   * `filter` is how many sources there is space for, and must fit in it.
   */
  getsockopt_msfilter(fd: number, level: number, name: number, filter: Uint8Array): number;
  /**
   * TCP_AO_GET_KEYS: `size` is that of one struct tcp_ao_getsockopt, and nkeys in the first says
   * how many there is space for, which must fit in `keys`.
   */
  getsockopt_ao_keys(fd: number, keys: Uint8Array, size: number): number;
  /**
   * IPT_SO_GET_INFO, IPT_SO_GET_REVISION_* and their like for arptables and ip6tables: `table` is
   * the whole struct, in and out.
   */
  getsockopt_table(fd: number, level: number, name: number, table: Uint8Array): number;
  /**
   * Any getter, asked for `value.length` bytes (at most 4096) with zeros going in: what conformance
   * tests ask of options that are DENIED otherwise.
   */
  getsockopt_blank(fd: number, level: number, name: number, value: Uint8Array): number;

  // --- transfer: (bytes, offset, length). null is a NULL pointer of that length
  recv(fd: number, buf: Uint8Array | null, offset: number, length: number, flags: number): number;
  send(fd: number, buf: Uint8Array | null, offset: number, length: number, flags: number): number;
  recvfrom(
    fd: number,
    buf: Uint8Array | null,
    offset: number,
    length: number,
    flags: number,
    sockaddr: Uint8Array | null,
    addrlen: Length,
  ): number;
  sendto(
    fd: number,
    buf: Uint8Array | null,
    offset: number,
    length: number,
    flags: number,
    sockaddr: Uint8Array | null,
    addrlen: number,
  ): number;
  /**
   * `out` is [namelen, controllen, msg_flags], in and out. Descriptors that arrive in the control
   * data are owned by this environment. A number among the vectors, here and below, is so many
   * bytes at NULL; `iov` null is a NULL struct msghdr.
   */
  recvmsg(
    fd: number,
    iov: readonly Vector[] | null,
    name: Uint8Array | null,
    control: Uint8Array | null,
    out: Int32Array,
    flags: number,
  ): number;
  sendmsg(
    fd: number,
    iov: readonly Vector[] | null,
    name: Uint8Array | null,
    namelen: number,
    control: Uint8Array | null,
    controllen: number,
    msgFlags: number,
    flags: number,
  ): number;
  /**
   * `msgs[i]` is [iov, name, control]; `heads` holds [msg_len, namelen, controllen, msg_flags] for
   * each, in and out. timeout: seconds < 0 means none.
   */
  recvmmsg(
    fd: number,
    msgs: readonly MmsgEntry[],
    heads: Int32Array,
    flags: number,
    seconds: number,
    nanoseconds: number,
  ): number;
  sendmmsg(fd: number, msgs: readonly MmsgEntry[], heads: Int32Array, flags: number): number;
  /**
   * The same over one block: columns of `capacity` u32 each (msg_len, msg_flags, namelen,
   * controllen), then per message 128 bytes of address, `control` bytes (a multiple of 8) of
   * control data, `size` bytes of payload. Descriptors that arrive are owned by this environment.
   */
  recvmmsg_block(
    fd: number,
    block: Uint8Array,
    capacity: number,
    size: number,
    control: number,
    flags: number,
  ): number;
  /** Messages `from` up to `end` of such a block. */
  sendmmsg_block(
    fd: number,
    block: Uint8Array,
    capacity: number,
    size: number,
    control: number,
    from: number,
    end: number,
    flags: number,
  ): number;
  sendfile(out: number, input: number, offset: number, count: number): number;

  // --- descriptors
  /** [fd, events, revents] triples. */
  poll(fds: Int32Array, timeoutMs: number): number;
  fcntl(fd: number, cmd: number, arg: number): number;
  /**
   * Only requests whose argument is flat (native/ioctls.def); any other is DENIED unless `arg` is
   * null, a NULL pointer.
   */
  ioctl(fd: number, request: number, arg: number | Uint8Array | null): number;

  // --- names: what comes back goes into `out`, and the result is its length; longer than `out` means call again with a larger one
  if_nametoindex(name: string): number;
  if_indextoname(index: number, out: Uint8Array): number;
  /**
   * Records of u32 size (whole record, 8-aligned), u32 ifindex, u32 flags (IFF_*), u16 addrlen, u16
   * masklen, u16 broadlen, u16 namelen, then name, addr, mask, broadcast (sockaddrs), each
   * unpadded.
   */
  getifaddrs(out: Uint8Array): number;
  /** getifaddrs in the network namespace `netns`; `entered[0]` is 0 where setns(2) failed. */
  netns_getifaddrs(netns: number, out: Uint8Array, entered: Int32Array): number;
  /**
   * Records of u32 size (8-aligned), i32 flags, i32 family, i32 socktype, i32 protocol, u32
   * addrlen, u32 canonlen, then sockaddr, canonname.
   */
  getaddrinfo_sync(
    host: string | null,
    service: string | null,
    flags: number,
    family: number,
    type: number,
    protocol: number,
    out: Uint8Array,
  ): number;
  /**
   * The same in another thread, without holding the event loop: `done(status, records)`, status as the answer above, records null
   * on failure. Returns 0.
   */
  getaddrinfo(
    host: string | null,
    service: string | null,
    flags: number,
    family: number,
    type: number,
    protocol: number,
    done: (status: number, records: Uint8Array | null) => void,
  ): number;
  /** host NUL service NUL */
  getnameinfo_sync(sockaddr: Uint8Array, flags: number, out: Uint8Array): number;
  getnameinfo(
    sockaddr: Uint8Array,
    flags: number,
    done: (status: number, names: Uint8Array | null) => void,
  ): number;
  /**
   * A struct hostent as: i32 family, u32 addresses, u32 aliases, u32 addrlen, addresses, then name
   * NUL and each alias NUL. -(8192 + h_errno) on failure.
   */
  gethostbyname_sync(name: string, family: number, out: Uint8Array): number;
  gethostbyname(
    name: string,
    family: number,
    done: (status: number, hostent: Uint8Array | null) => void,
  ): number;
  gethostbyaddr_sync(address: Uint8Array, family: number, out: Uint8Array): number;
  gethostbyaddr(
    address: Uint8Array,
    family: number,
    done: (status: number, hostent: Uint8Array | null) => void,
  ): number;
  /** The port in host order, or -ENOENT. */
  getservbyname(name: string, proto: string | null): number;
  /** `port` in host order; the name goes to `out`; -ENOENT where there is none. */
  getservbyport(port: number, proto: string | null, out: Uint8Array): number;
  getprotobyname(name: string): number;

  // --- readiness: one epoll per environment behind one loop handle
  /**
   * `ready(n)`: n pairs [token, revents] stand in `events`. Returns the poller's number; once for
   * each copy of the package in an environment.
   */
  poller_open(ready: (n: number) => void, events: Int32Array): number;
  /**
   * Edge-triggered registration (EPOLL_CTL_ADD, or MOD where fd is registered); `token` comes back
   * with each event.
   */
  poller_set(poller: number, fd: number, events: number, token: number): number;
  poller_drop(poller: number, fd: number): number;
  /** Whether the loop handle holds the event loop. It begins not holding it. */
  poller_ref(poller: number, on: number): number;
  /**
   * 1 where a thread waits for readiness (Bun, Deno, BSD_SOCKET_LOOP=thread), 0 where the event
   * loop does.
   */
  poller_thread(): number;

  // --- capture: a ring of received frames (TPACKET_V3), by number; a recorder that writes rings to files in a thread of its own
  /**
   * Makes and maps the ring of a packet socket: its number. Whole pages, at most 2 GiB in all,
   * `timeoutMs` 1 ... 60000. `mapped` is given the memory as an ArrayBuffer (-EOPNOTSUPP where this
   * runtime takes none); null: ring_copy gives blocks.
   */
  ring_open(
    fd: number,
    blockSize: number,
    blocks: number,
    timeoutMs: number,
    cooked: number,
    mapped: ((memory: ArrayBuffer) => void) | null,
  ): number;
  /**
   * Gives the socket back and detaches the ArrayBuffer. Where the memory was transferred to another
   * one it reads as zeros, and stays mapped until nobody can see it. -EBUSY while a recorder has
   * it.
   */
  ring_close(ring: number): number;
  /** The block that is ours next. */
  ring_position(ring: number): number;
  /** Gives a block back to the kernel (release store), and makes the next one the position. */
  ring_release(ring: number, block: number): number;
  /**
   * Puts back VLAN tags (1) and makes cooked headers (2) in a block, once. Returns how many frames
   * there are.
   */
  ring_prepare(ring: number, block: number, how: number): number;
  /** Copies a block out: -EAGAIN where it is the kernel's. */
  ring_copy(ring: number, block: number, out: Uint8Array): number;
  /**
   * Since the ring was opened: u64 received, u64 dropped, u64 frozen, and u64 frames in blocks that
   * were given back.
   */
  ring_stats(ring: number, out: Uint8Array): number;
  /** SIOCSHWTSTAMP: the adapter is to stamp all that it receives. */
  hwtstamp(fd: number, ifname: string): number;
  /**
   * Starts a thread that writes what comes into `rings` to `path` ('' where the settings name an
   * fd); `settings` is a struct recorder_settings, `header` begins each file.
   */
  recorder_open(rings: Int32Array, settings: Uint8Array, path: string, header: Uint8Array): number;
  /** A descriptor that is readable once the recorder has ended; owned by this environment. */
  recorder_fd(recorder: number): number;
  /**
   * Takes what has come until now, and ends; with `now` it takes no more, and has ended when this
   * returns.
   */
  recorder_stop(recorder: number, now: number): number;
  /** A struct recorder_counts. -EAGAIN while it runs, then 0 or the -errno that ended it. */
  recorder_counts(recorder: number, out: Uint8Array): number;
  /** Ends the recorder at once where it runs, and forgets it. */
  recorder_close(recorder: number): number;
  /**
   * pcap_compile(3PCAP): how many instructions; they go to `out` where all fit (8 bytes each). A
   * `device` gives the code of a live capture there; `file` (1, or 2 for one of the other byte
   * order) that of reading a capture file. -EBADMSG, and the reason in `message` (NUL-terminated);
   * -ELIBACC where the system has no libpcap; the device's -ENODEV, -EPERM, -ENETDOWN.
   */
  pcap_compile(
    expression: string,
    device: string | null,
    dlt: number,
    snaplen: number,
    optimize: number,
    file: number,
    out: Uint8Array,
    message: Uint8Array,
  ): number;
  /** pcap_lib_version(3PCAP), NUL-terminated, in `out`; -ELIBACC where the system has no libpcap. */
  pcap_version(out: Uint8Array): number;
  /**
   * The same in a worker thread: `done(count, program)`, or `done(-errno, reason)`. Returns 0.
   */
  pcap_compile_async(
    expression: string,
    device: string | null,
    dlt: number,
    snaplen: number,
    optimize: number,
    file: number,
    done: (count: number, bytes: Uint8Array) => void,
  ): number;
  /**
   * Leaves every thread of this process no capability but those of the mask `keep`, for good, and
   * sets PR_SET_NO_NEW_PRIVS. Returns how many threads have not lost theirs; their numbers stand in
   * `left`, as many as fit (0: /proc/self/task cannot be read). -errno of capset(2).
   */
  drop_capabilities(keep: number, left: Int32Array): number;
}

/** A struct iovec: bytes, or how many at NULL. */
export type Vector = Uint8Array | number;

/** One message of recvmmsg and sendmmsg. */
export type MmsgEntry = readonly [
  iov: readonly Vector[],
  name: Uint8Array | null,
  control: Uint8Array | null,
];

function logged(addon: Native): Native {
  if (!/(^|,)\s*(bsd-socket|\*)\s*(,|$)/i.test(process.env.NODE_DEBUG ?? '')) return addon;
  const { traced } = require('./trace') as typeof import('./trace');
  return traced(addon);
}

export const native: Native = logged(load<Native>());
