// The case language's calls: each takes a step's arguments to bsd-socket/sys and answers {result,
// and what the kernel wrote}.
'use strict';
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const sys = require('bsd-socket/sys');
const { cmsgs, packCmsgs } = require('./control.js');
const { getsockopt, setsockopt } = require('./options.js');
const { constant } = require('./values.js');
const words = require('./words.js');

const SOCKADDR_STORAGE = 128;
const IOCTL_BUFFER = 256;
const UIO_MAXIOV = 1024;

/**
 * Where the language counts more vectors or messages than it lists, or fewer: those behind are
 * empty. Beyond UIO_MAXIOV the kernel looks at none.
 */
function counted(listed, count, empty) {
  if (count === undefined) return listed;
  const n = count < 0 ? UIO_MAXIOV + 1 : Math.min(count, UIO_MAXIOV + 1);
  return Array.from({ length: n }, (_, i) => listed[i] ?? empty());
}

/** Memory for a sockaddr that the kernel writes, with its length cell; `take` is what it wrote. */
function addressRoom(scope, { addr, addrlen }) {
  const size = addrlen === 'null' ? null : scope.int(addrlen, SOCKADDR_STORAGE);
  const cell = size === null ? null : new Int32Array([size]);
  const bytes = addr === 'null' ? null : Buffer.alloc(Math.max(SOCKADDR_STORAGE, size ?? 0));
  const take = () => ({
    addrlen: cell?.[0],
    address: bytes?.subarray(0, Math.max(0, Math.min(cell?.[0] ?? 0, size ?? 0))),
  });
  return { bytes, cell, take };
}

/** A sockaddr that the kernel reads, and the length to pass. */
function addressGiven(scope, { addr, addrlen }) {
  if (addr === undefined || addr === 'null')
    return [null, scope.int(addrlen, addr === undefined ? 0 : 16)];
  const bytes = scope.address(addr);
  return [bytes, scope.int(addrlen, bytes.length)];
}

/**
 * Whether the step is about a pointer that has no memory: the language gives NULL no length, and
 * only one that says a byte can be EFAULT.
 */
const claims = ({ expect }) => ([expect?.errno].flat().includes('EFAULT') ? 1 : 0);

/** The bytes of a data form and their length; `"null"` is a NULL pointer. */
function dataGiven(scope, form, step) {
  if (form === 'null') return [null, claims(step)];
  const bytes = scope.bytes(form);
  return [bytes, bytes.length];
}

/**
 * What `call` writes into `room` and how much of that counts, with MSG_TRUNC's larger numbers cut.
 */
function filled(bytes, result) {
  if (result < 0) return undefined;
  return bytes ? bytes.subarray(0, Math.min(result, bytes.length)) : Buffer.alloc(0);
}

/** A call of node:fs, which throws, as a call that answers -errno. */
function file(call) {
  try {
    return call() ?? 0;
  } catch (error) {
    if (typeof error.errno !== 'number') throw error;
    return -Math.abs(error.errno); // process.setuid() and its kin tell it positive
  }
}

/** node:fs refuses to see a negative descriptor; the kernel's word for it is EBADF. */
const onFile = (fd, call) => (fd < 0 ? -constant('EBADF') : file(() => call(fd)));

const fdOf = (scope, args) => scope.int(args.fd);
const flagsOf = (scope, args, otherwise = 0) => scope.int(args.flags, otherwise);

function accept(scope, args, flags) {
  const room = addressRoom(scope, args);
  const result = sys.accept4(fdOf(scope, args), flags, room.bytes, room.cell);
  return { result, ...room.take() };
}

function nameOf(call, scope, args) {
  const room = addressRoom(scope, args);
  const result = call(fdOf(scope, args), room.bytes, room.cell);
  return { result, ...room.take() };
}

function pair(result, fds) {
  return { result, pair: result < 0 ? undefined : [fds[0], fds[1]] };
}

function open(scope, args, flags) {
  const fd = file(() => fs.openSync(scope.path(args.path), flags, scope.int(args.mode, 0o666)));
  if (fd >= 0) sys.adopt(fd);
  return { result: fd };
}

function recv(scope, args, call) {
  const len = scope.int(args.len, 64);
  const bytes = args.data === 'null' ? null : Buffer.alloc(len);
  const result = call(fdOf(scope, args), bytes, len);
  return { result, data: filled(bytes, result) };
}

function recvfrom(scope, args) {
  const len = scope.int(args.len, 64);
  const bytes = args.data === 'null' ? null : Buffer.alloc(len);
  const room = addressRoom(scope, args);
  const result = sys.recvfrom(
    fdOf(scope, args),
    bytes,
    flagsOf(scope, args),
    room.bytes,
    room.cell,
    len,
  );
  return { result, data: filled(bytes, result), ...room.take() };
}

function sendto(scope, args, step) {
  const [address, addrlen] = addressGiven(scope, args);
  const [bytes, len] = dataGiven(scope, args.data, step);
  return {
    result: sys.sendto(
      fdOf(scope, args),
      bytes,
      flagsOf(scope, args, constant('MSG_NOSIGNAL')),
      address,
      addrlen,
      len,
    ),
  };
}

/** The MsgHdr of a message to be sent. */
function outgoing(scope, { iov = [], iovlen, addr, addrlen, control }, step) {
  const [name, namelen] = addressGiven(scope, { addr, addrlen });
  const vectors = counted(
    iov.map((form) => (form === 'null' ? { base: null, len: claims(step) } : scope.bytes(form))),
    iovlen === undefined ? undefined : scope.int(iovlen),
    () => Buffer.alloc(0),
  );
  return {
    name,
    namelen,
    iov: vectors,
    control: control === undefined ? null : packCmsgs(scope, control),
  };
}

/** The MsgHdr of a message to be received. */
function incoming(scope, { iovlens = [64], iovlen, controllen = 0, addr, addrlen, msgFlagsIn }) {
  const namelen = addrlen === 'null' ? 0 : scope.int(addrlen, SOCKADDR_STORAGE);
  const vectors = counted(
    iovlens.map((n) => Buffer.alloc(scope.int(n))),
    iovlen === undefined ? undefined : scope.int(iovlen),
    () => Buffer.alloc(0),
  );
  const room = scope.int(controllen);
  return {
    name:
      addr === 'null' || addrlen === 'null'
        ? null
        : Buffer.alloc(Math.max(SOCKADDR_STORAGE, namelen)),
    namelen,
    iov: vectors,
    control: room === 0 ? null : Buffer.alloc(room),
    controllen: room,
    flags: scope.int(msgFlagsIn, 0),
  };
}

function recvmsg(scope, args) {
  if (args.msg === 'null')
    return { result: sys.recvmsg(fdOf(scope, args), null, flagsOf(scope, args)) };
  const msg = incoming(scope, args);
  const namelen = msg.namelen;
  const result = sys.recvmsg(fdOf(scope, args), msg, flagsOf(scope, args));
  if (result < 0) return { result };
  return {
    result,
    data: filled(Buffer.concat(msg.iov), result),
    addrlen: msg.namelen,
    address: msg.name?.subarray(0, Math.min(msg.namelen, namelen)),
    flags: msg.flags,
    controllen: msg.controllen,
    control: msg.control ? cmsgs(msg.control.subarray(0, msg.controllen)) : [],
  };
}

function sendmsg(scope, args, step) {
  const msg = args.msg === 'null' ? null : outgoing(scope, args, step);
  return { result: sys.sendmsg(fdOf(scope, args), msg, flagsOf(scope, args)) };
}

function sendmmsg(scope, args, step) {
  const msgs = counted(
    args.msgs.map((msg) => outgoing(scope, msg, step)),
    args.vlen === undefined ? undefined : scope.int(args.vlen),
    () => ({ iov: [] }),
  );
  const lens = new Int32Array(msgs.length);
  const result = sys.sendmmsg(fdOf(scope, args), msgs, lens, flagsOf(scope, args));
  return { result, lens: Array.from(lens.subarray(0, Math.max(0, result))) };
}

function recvmmsg(scope, args) {
  const msgs = counted(
    args.msgs.map(({ len = 64, controllen = 0 }) =>
      incoming(scope, { iovlens: [len], controllen, addrlen: 'null' }),
    ),
    args.vlen === undefined ? undefined : scope.int(args.vlen),
    () => ({ iov: [] }),
  );
  const lens = new Int32Array(msgs.length);
  const timeout =
    args.timeout === undefined || args.timeout === 'null'
      ? null
      : args.timeout.map((k) => scope.number(k));
  const result = sys.recvmmsg(fdOf(scope, args), msgs, lens, flagsOf(scope, args), timeout);
  const got = msgs.slice(0, Math.max(0, result));
  return {
    result,
    lens: Array.from(lens.subarray(0, got.length)),
    datas: got.map((msg, i) => filled(Buffer.concat(msg.iov), lens[i])),
    mflags: got.map((msg) => msg.flags),
  };
}

function ioctl(scope, args) {
  const buffer = Buffer.alloc(IOCTL_BUFFER);
  if (args.in !== undefined) scope.bytes(args.in).copy(buffer);
  const [fd, request] = [fdOf(scope, args), scope.int(args.request) >>> 0];
  return {
    result: requested(fd, request, buffer),
    value: buffer.subarray(0, scope.int(args.outlen, 4)),
    ifr: buffer,
  };
}

/**
 * A request that sys does not know goes without memory: one that the kernel doesn't know either is
 * refused alike, and any other wants memory.
 */
function requested(fd, request, buffer) {
  try {
    return sys.ioctl(fd, request, buffer);
  } catch (error) {
    const result = error.code === 'ERR_INVALID_ARG_VALUE' ? sys.ioctl(fd, request, null) : 0;
    if (result >= 0 || result === -constant('EFAULT')) throw error;
    return result;
  }
}

function poll(scope, args) {
  const triple = new Int32Array([fdOf(scope, args), scope.int(args.events, 0), 0]);
  const result = sys.poll(triple, scope.int(args.timeout, 0));
  return { result, revents: triple[2] };
}

/** Sends until the kernel takes no more. */
function fill(scope, args) {
  const zeros = Buffer.alloc(scope.int(args.n));
  const flags = constant('MSG_DONTWAIT') | constant('MSG_NOSIGNAL');
  let saved = 0;
  let result = sys.send(fdOf(scope, args), zeros, flags);
  for (; result >= 0; saved++) result = sys.send(fdOf(scope, args), zeros, flags);
  return { result, saved };
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return { result: 0 };
}

function sysctl(path) {
  const text = file(() => fs.readFileSync(`/proc/sys/${path}`, 'latin1'));
  return { result: typeof text === 'string' ? Number.parseInt(text, 10) : text };
}

/**
 * All three ids and no supplementary groups: the kernel then drops every capability of the process.
 */
function dropPrivileges() {
  const NOBODY = 65534;
  return {
    result: file(() => {
      process.setgroups([]);
      process.setgid(NOBODY);
      process.setuid(NOBODY);
    }),
  };
}

const CALLS = {
  socket: (scope, a) => ({
    result: sys.socket(scope.int(a.domain), scope.int(a.type), scope.int(a.protocol, 0)),
  }),
  socketpair: (scope, a) => {
    const fds = new Int32Array(2);
    return pair(
      sys.socketpair(scope.int(a.domain), scope.int(a.type), scope.int(a.protocol, 0), fds),
      fds,
    );
  },
  bind: (scope, a) => ({ result: sys.bind(fdOf(scope, a), ...addressGiven(scope, a)) }),
  connect: (scope, a) => ({ result: sys.connect(fdOf(scope, a), ...addressGiven(scope, a)) }),
  listen: (scope, a) => ({ result: sys.listen(fdOf(scope, a), scope.int(a.backlog, 0)) }),
  accept: (scope, a) => accept(scope, a, 0),
  accept4: (scope, a) => accept(scope, a, flagsOf(scope, a)),
  getsockname: (scope, a) => nameOf(sys.getsockname, scope, a),
  getpeername: (scope, a) => nameOf(sys.getpeername, scope, a),
  setsockopt,
  getsockopt,
  send: sendto,
  sendto,
  recv: (scope, a) =>
    recv(scope, a, (fd, bytes, len) => sys.recv(fd, bytes, flagsOf(scope, a), len)),
  recvfrom,
  read: (scope, a) =>
    recv(scope, a, (fd, bytes) => onFile(fd, () => fs.readSync(fd, bytes, 0, bytes.length, null))),
  sendmsg,
  recvmsg,
  sendmmsg,
  recvmmsg,
  shutdown: (scope, a) => ({ result: sys.shutdown(fdOf(scope, a), scope.int(a.how)) }),
  dup: (scope, a) => ({ result: sys.dup(fdOf(scope, a)) }),
  close: (scope, a) => ({ result: sys.close(fdOf(scope, a)) }),
  fcntl: (scope, a) => ({
    result: sys.fcntl(fdOf(scope, a), scope.int(a.cmd), scope.int(a.arg, 0)),
  }),
  ioctl,
  poll,
  open: (scope, a) => open(scope, a, flagsOf(scope, a)),
  creat: (scope, a) =>
    open(scope, a, fs.constants.O_CREAT | fs.constants.O_WRONLY | fs.constants.O_TRUNC),
  unlink: (scope, a) => ({ result: file(() => fs.unlinkSync(scope.path(a.path))) }),
  chmod: (scope, a) => ({
    result: file(() => fs.chmodSync(scope.path(a.path), scope.int(a.mode))),
  }),
  stat: (scope, a) => ({ result: file(() => fs.statSync(scope.path(a.path)).mode >> 12) }),
  pipe: (scope, a) => {
    const fds = new Int32Array(2);
    return pair(sys.pipe2(fds, flagsOf(scope, a)), fds);
  },
  write: (scope, a) => ({
    result: onFile(fdOf(scope, a), (fd) => fs.writeSync(fd, scope.bytes(a.data))),
  }),
  fill,
  sleep: (scope, a) => sleep(Number(scope.number(a.ms))),
  time: () => ({ result: 0, saved: Math.floor(performance.now()) }),
  elapsed: (scope, a) => ({ result: Math.floor(performance.now() - scope.number(a.since)) }),
  sysctl: (_, a) => sysctl(a.path),
  dropPrivileges,
};

/** Runs one step's call. */
function perform(scope, step) {
  const call = Object.hasOwn(CALLS, step.call) ? CALLS[step.call] : undefined;
  if (!call) throw new Error(`no call ${step.call}`);
  const args = step.args ?? {};
  words.onlyWords('member of a step', step, words.STEP);
  words.onlyWords(`argument of ${step.call}`, args, words.CALLS[step.call]);
  for (const msg of args.msgs ?? [])
    words.onlyWords(`member of a message of ${step.call}`, msg, words.MESSAGES[step.call]);
  return call(scope, args, step);
}

/** Keeps what the step asks to be kept. */
function keep(scope, step, outcome) {
  const all = (names, values) => {
    for (const [i, name] of names.entries()) scope.set(name, values[i]);
  };
  if (Array.isArray(step.save) && !outcome.pair && outcome.result >= 0)
    throw new Error(`${step.call} makes no pair to save`);
  if (Array.isArray(step.save) && outcome.pair) all(step.save, outcome.pair);
  else if (step.save !== undefined && outcome.saved !== undefined)
    scope.set(step.save, outcome.saved);
  else if (step.save !== undefined && outcome.result >= 0)
    scope.set(step.save, step.call === 'getsockopt' ? optionValue(outcome) : outcome.result);
  if (outcome.result < 0) return;
  if (step.saveAddr !== undefined && !outcome.address)
    throw new Error(`${step.call} gives no address to save`);
  if (step.saveFds !== undefined && !outcome.control)
    throw new Error(`${step.call} gives no descriptors to save`);
  if (step.saveAddr !== undefined) scope.set(step.saveAddr, Buffer.from(outcome.address));
  if (step.saveFds !== undefined) all(step.saveFds, received(outcome));
}

function optionValue({ value }) {
  return value.length === 4 ? value.readInt32LE() : Buffer.from(value);
}

/** Descriptors that came with SCM_RIGHTS, in order. */
function received({ control }) {
  const rights = control.filter(
    ({ level, type }) => level === constant('SOL_SOCKET') && type === constant('SCM_RIGHTS'),
  );
  return rights.flatMap(({ data }) =>
    Array.from({ length: data.length >> 2 }, (_, i) => data.readInt32LE(i * 4)),
  );
}

module.exports = { keep, perform };
