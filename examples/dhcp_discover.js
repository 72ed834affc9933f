// Which DHCP servers answer on a link: a DISCOVER by broadcast from an interface without an address (SO_BINDTODEVICE, SO_BROADCAST; port 68 needs
// CAP_NET_BIND_SERVICE). It takes no lease.
//   node examples/dhcp_discover.js INTERFACE
const { randomBytes } = require('node:crypto');
const { socket, interfaces, isErrno, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_BINDTODEVICE, SO_BROADCAST, SO_REUSEADDR } = require('bsd-socket');

const BOOTREQUEST = 1;
const BROADCAST = 0x8000; // RFC 2131: answer to everybody, since we have no address yet
const COOKIE = 0x63825363;
const [MESSAGE_TYPE, PARAMETERS, END] = [53, 55, 255];
const [DISCOVER, OFFER] = [1, 2];

function discover(mac, xid) {
  const message = Buffer.alloc(300);
  message.set([BOOTREQUEST, 1, 6, 0]);
  xid.copy(message, 4);
  message.writeUInt16BE(BROADCAST, 10);
  message.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
  message.writeUInt32BE(COOKIE, 236);
  message.set([MESSAGE_TYPE, 1, DISCOVER, PARAMETERS, 3, 1, 3, 6, END], 240); // mask, router, name servers
  return message;
}

/** The options of a message, by number. */
function optionsOf(message) {
  const options = new Map();
  for (let at = 240; at + 1 < message.length && message[at] !== END; ) {
    if (message[at] === 0) at += 1;
    else {
      options.set(message[at], message.subarray(at + 2, at + 2 + message[at + 1]));
      at += 2 + message[at + 1];
    }
  }
  return options;
}

async function main(device) {
  const { mac } = interfaces().find(({ name }) => name === device) ?? {};
  if (!mac) throw new Error(`usage: dhcp_discover.js INTERFACE, an Ethernet interface, not ${device}`);
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    s.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
    s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, device);
    s.bind(['0.0.0.0', 68]);
    const xid = randomBytes(4);
    await s.sendto(discover(mac, xid), ['255.255.255.255', 67]);
    const deadline = performance.now() + 5000;
    let offers = 0;
    while (performance.now() < deadline) {
      const [message, from] = await s.recvfrom(1500, { timeoutMs: offers > 0 ? 500 : deadline - performance.now() }).catch((error) => {
        if (isErrno(error, 'ETIMEDOUT')) return [];
        throw error;
      });
      if (!message) break;
      if (message.length < 240 || !message.subarray(4, 8).equals(xid)) continue;
      const options = optionsOf(message);
      if (options.get(MESSAGE_TYPE)?.[0] !== OFFER) continue;
      const mask = [...(options.get(1) ?? [])].join('.');
      console.log(`${from.address} offers ${[...message.subarray(16, 20)].join('.')}${mask && ` mask ${mask}`}`);
      offers += 1;
    }
    if (offers === 0) throw new Error(`nobody answered on ${device}`);
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(isErrno(error, 'EPERM', 'EACCES', 'ENETDOWN') ? `${error.code}: ${error.hint}` : error.message);
  process.exitCode = 1;
});
