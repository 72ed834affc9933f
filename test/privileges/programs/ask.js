// Asks the kernel for what takes privileges, and prints as JSON what each was refused with.
'use strict';
const b = require('bsd-socket');
const { Capture } = require('bsd-socket/capture');

const [netns] = process.argv.slice(2);

/** `use` on a socket that is closed again. */
function withSocket(family, type, proto, use = () => {}) {
  const socket = new b.Socket(family, type, proto);
  try {
    use(socket);
  } finally {
    socket.close();
  }
}
const udp = (use) => () => withSocket(b.AF_INET, b.SOCK_DGRAM, 0, use);
const tcp = (use) => () => withSocket(b.AF_INET, b.SOCK_STREAM, 0, use);

const REQUESTS = {
  raw: () => withSocket(b.AF_INET, b.SOCK_RAW, b.IPPROTO_ICMP),
  raw6: () => withSocket(b.AF_INET6, b.SOCK_RAW, b.IPPROTO_ICMPV6),
  packet: () => withSocket(b.AF_PACKET, b.SOCK_RAW, 0),
  capture: () => new Capture('lo').close(),
  ping: () => withSocket(b.AF_INET, b.SOCK_DGRAM, b.IPPROTO_ICMP),
  port80: tcp((s) => s.bind(['127.0.0.1', 80])),
  mark: udp((s) => (s.options.SO_MARK = 1)),
  rcvbufforce: udp((s) => (s.options.SO_RCVBUFFORCE = 65536)),
  transparent: tcp((s) => (s.options.IP_TRANSPARENT = true)),
  priority: udp((s) => (s.options.SO_PRIORITY = 7)),
  netns: () => new b.Socket({ netns }).close(),
};

const results = {};
for (const [name, request] of Object.entries(REQUESTS)) {
  try {
    request();
    results[name] = { code: 'ok' };
  } catch (error) {
    const { code, syscall, hint } = error;
    if (!(error instanceof b.SocketError)) throw error;
    results[name] = { code, syscall, hint };
  }
}
console.log(JSON.stringify({ results, capabilities: b.capabilities() }));
