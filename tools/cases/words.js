// The case language's words: which members each form may have. A member that nobody reads would
// pass without having been looked at.
'use strict';

const STEP = 'call args save saveAddr saveFds expect note';

/** The arguments of each call. */
const CALLS = {
  socket: 'domain type protocol',
  socketpair: 'domain type protocol badptr',
  bind: 'fd addr addrlen',
  connect: 'fd addr addrlen',
  listen: 'fd backlog',
  accept: 'fd addr addrlen',
  accept4: 'fd flags addr addrlen',
  getsockname: 'fd addr addrlen',
  getpeername: 'fd addr addrlen',
  setsockopt: 'fd level name value optlen',
  getsockopt: 'fd level name value optlen in',
  send: 'fd data flags addr addrlen',
  sendto: 'fd data flags addr addrlen',
  recv: 'fd len flags data',
  recvfrom: 'fd len flags data addr addrlen',
  read: 'fd len flags data',
  sendmsg: 'fd iov iovlen addr addrlen control flags msg',
  recvmsg: 'fd iovlens iovlen controllen addr addrlen msgFlagsIn flags msg iovBad',
  sendmmsg: 'fd msgs vlen flags',
  recvmmsg: 'fd msgs vlen flags timeout',
  shutdown: 'fd how',
  dup: 'fd',
  close: 'fd',
  fcntl: 'fd cmd arg',
  ioctl: 'fd request in outlen ifr',
  poll: 'fd events timeout',
  open: 'path flags mode',
  creat: 'path flags mode',
  unlink: 'path',
  chmod: 'path mode',
  stat: 'path',
  pipe: 'flags',
  write: 'fd data',
  fill: 'fd n',
  sleep: 'ms',
  time: '',
  elapsed: 'since',
  sysctl: 'path',
  dropPrivileges: '',
};

/** A message among `msgs`. */
const MESSAGES = { sendmmsg: 'iov iovlen addr addrlen control', recvmmsg: 'len controllen' };

const CONTROL = 'level type data fds len';

/** The members of each family's address form, beside `family` and `familyOverride`. */
const ADDRESSES = {
  AF_INET: 'addr port',
  AF_INET6: 'addr port flowinfo scope',
  AF_UNIX: 'path abstract nonul',
  AF_PACKET: 'ifname ifindex protocol hatype pkttype halen lladdr',
  AF_NETLINK: 'pid groups',
  AF_VSOCK: 'cid port',
  AF_UNSPEC: 'len',
  raw: 'raw',
};

/** The one member that stands beside the one that names a data form. */
const DATA = { fill: 'n', sockaddr: 'pad', fprog: 'len' };

/** Throws where `form` has a member that isn't among `words`. */
function onlyWords(what, form, words) {
  const known = words.split(' ');
  for (const word of Object.keys(form))
    if (!known.includes(word)) throw new Error(`no ${what} ${word}`);
}

module.exports = { ADDRESSES, CALLS, CONTROL, DATA, MESSAGES, STEP, onlyWords };
