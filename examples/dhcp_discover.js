// Which DHCP servers answer on a link: a DISCOVER by broadcast from an interface without an
// address, no lease taken. node examples/dhcp_discover.js INTERFACE
const { randomBytes } = require('node:crypto');
const {
  socket,
  interfaces,
  isErrno,
  AF_INET,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_BINDTODEVICE,
  SO_BROADCAST,
  SO_REUSEADDR,
} = require('bsd-socket');

const [MESSAGE_TYPE, PARAMETERS, END] = [53, 55, 255];
const [DISCOVER, OFFER] = [1, 2];

function discover(mac, xid) {
  const message = Buffer.alloc(300);
  message.set([1, 1, 6, 0, ...xid]); // BOOTREQUEST over Ethernet
  message.writeUInt16BE(0x8000, 10); // RFC 2131: answer to everybody, since we have no address yet
  message.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
  message.writeUInt32BE(0x63825363, 236); // the cookie
  // mask, router, name servers
  message.set([MESSAGE_TYPE, 1, DISCOVER, PARAMETERS, 3, 1, 3, 6, END], 240);
  return message;
}

/** The options of a message, by number. */
function optionsOf(message) {
  const options = new Map();
  for (let at = 240; at + 1 < message.length && message[at] !== END; ) {
    const length = message[at] === 0 ? -1 : message[at + 1];
    if (length >= 0) options.set(message[at], message.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

async function main(device) {
  const { mac } = interfaces().find(({ name }) => name === device) ?? {};
  if (!mac)
    throw new Error(`usage: dhcp_discover.js INTERFACE, an Ethernet interface, not ${device}`);
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    s.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
    s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, device);
    s.bind(['0.0.0.0', 68]); // needs CAP_NET_BIND_SERVICE
    const xid = randomBytes(4);
    await s.sendto(discover(mac, xid), ['255.255.255.255', 67]);
    const deadline = performance.now() + 5000;
    for (let offers = 0; ; ) {
      const timeoutMs = offers > 0 ? 500 : Math.max(deadline - performance.now(), 0);
      const [message, from] = await s
        .recvfrom(1500, { timeoutMs })
        .catch((e) => (isErrno(e, 'ETIMEDOUT') ? [] : Promise.reject(e)));
      if (!message && offers === 0) throw new Error(`nobody answered on ${device}`);
      if (!message || performance.now() > deadline) break;
      if (
        message.length < 240 ||
        !message.subarray(4, 8).equals(xid) ||
        optionsOf(message).get(MESSAGE_TYPE)?.[0] !== OFFER
      )
        continue;
      const mask = [...(optionsOf(message).get(1) ?? [])].join('.');
      console.log(
        `${from.address} offers ${[...message.subarray(16, 20)].join('.')}${mask && ` mask ${mask}`}`,
      );
      offers += 1;
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(
    isErrno(error, 'EPERM', 'EACCES', 'ENETDOWN') ? `${error.code}: ${error.hint}` : error.message,
  );
  process.exitCode = 1;
});
