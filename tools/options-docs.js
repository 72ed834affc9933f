// Writes docs/options: a page for each level, from the rows of lib/options. `generate()` answers
// file name -> text, which a test compares.
const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
require('./load-ts.js');

const root = path.join(__dirname, '..');
const { allEntries, levelNames } = require('../lib/options/registry.ts');
const { GROUPS } = require('../lib/options/row.ts');
const { untyped } = require('../lib/options/untyped.ts');
const { constants } = require('../lib/constants.ts');

const ABOUT = {
  SOL_SOCKET: ['socket(7), unix(7)', 'The options of every socket, whatever its family.'],
  IPPROTO_IP: ['ip(7)', 'IPv4: headers, multicast, multicast routing. `SOL_IP` is the same level.'],
  IPPROTO_IPV6: [
    'ipv6(7), RFC 3493, RFC 3542',
    'IPv6: headers, multicast, multicast routing. `SOL_IPV6` is the same level.',
  ],
  IPPROTO_TCP: ['tcp(7)', 'TCP. `SOL_TCP` is the same level.'],
  IPPROTO_UDP: ['udp(7)', 'UDP. `SOL_UDP` is the same level.'],
  IPPROTO_UDPLITE: ['udplite(7)', 'UDP-Lite (RFC 3828). `SOL_UDPLITE` is the same level.'],
  SOL_RAW: ['raw(7)', 'Raw IPv4 sockets.'],
  IPPROTO_ICMPV6: ['RFC 3542', 'Raw ICMPv6 sockets. `SOL_ICMPV6` is the same level.'],
  SOL_PACKET: ['packet(7)', 'AF_PACKET: frames as the network has them.'],
  SOL_NETLINK: ['netlink(7)', 'AF_NETLINK: the talk with the kernel.'],
  AF_VSOCK: [
    'vsock(7)',
    'AF_VSOCK, between a virtual machine and its host: the family is its own level.',
  ],
  SOL_MPTCP: [
    'the kernel’s Documentation/networking/mptcp.rst',
    'Multipath TCP: sockets made with IPPROTO_MPTCP.',
  ],
  SOL_XDP: [
    'the kernel’s Documentation/networking/af_xdp.rst',
    'AF_XDP: frames straight from the driver.',
  ],
  SOL_CAN_RAW: ['the kernel’s Documentation/networking/can.rst', 'Raw CAN sockets.'],
  SOL_TLS: [
    'the kernel’s Documentation/networking/tls.rst',
    'TLS in the kernel, on a TCP socket with TCP_ULP set to "tls".',
  ],
};
const ACCESS = { rw: 'read and write', ro: 'read only', wo: 'write only' };
/** Which page an option without a row belongs to, by how its name begins. */
const HOME = [
  [/^SO_VM_/, 'AF_VSOCK'],
  [/^SO_/, 'SOL_SOCKET'],
  [/^(IPV6|IP6T)_/, 'IPPROTO_IPV6'],
  [/^(IP|IPT|ARPT|EBT)_/, 'IPPROTO_IP'],
  [/^TCP_/, 'IPPROTO_TCP'],
  [/^PACKET_/, 'SOL_PACKET'],
  [/^NETLINK_/, 'SOL_NETLINK'],
  [/^XDP_/, 'SOL_XDP'],
];
const homeOf = (name) => HOME.find(([pattern]) => pattern.test(name))[1];

/** A value as one would write it. */
function literal(value) {
  if (Buffer.isBuffer(value))
    return value.length === 0
      ? 'Buffer.alloc(0)'
      : `Buffer.from('${value.toString('hex')}', 'hex')`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return util.inspect(value);
}

function example({ name, levelName, row, codec, readable, writable }) {
  const given = row.sample ?? codec.sample;
  const sample = codec.boolean && (given === 1 || given === 0) ? given === 1 : given;
  const lines = [];
  if (writable) {
    // What fits is only what is there.
    const value = row.again ? `sock.getsockopt(${levelName}, ${name})` : literal(sample);
    lines.push(`sock.setsockopt(${levelName}, ${name}, ${value});`);
    lines.push(`sock.options.${name} = ${row.again ? `sock.options.${name}` : value}; // the same`);
  }
  if (readable)
    lines.push(
      `${writable ? '' : 'const value = '}sock.getsockopt(${levelName}, ${name})${writable ? `; // ${row.unread ?? 'what is set'}` : `; // or sock.options.${name}`}`,
    );
  return lines;
}

function sinceOf({ since, readSince, until }) {
  if (since === '-') return 'ours, on any Linux';
  const reading = readSince ? `; can be read since ${readSince}` : '';
  return `Linux ${since}${reading}${until ? `; gone in ${until}` : ''}`;
}

function section(entry) {
  const { name, optname, row, codec } = entry;
  const facts = [
    ['type', row.unit ? `${codec.type}, in ${row.unit}` : codec.type],
    [
      'access',
      ACCESS[row.access] + (codec.typedOnly ? '; in its typed form only, never as bytes' : ''),
    ],
    ['since', sinceOf(row)],
    ['on', GROUPS[row.on][0]],
    ['after', row.before && Object.keys(row.before).join(', ')],
    ['needs', row.needs],
    ['reading', row.readingChanges && `${row.readingChanges}, and so \`dump()\` leaves it out`],
    ['note', row.quirk],
  ];
  return [
    `## ${name}`,
    '',
    `${row.doc} Number ${optname}.`,
    '',
    ...facts.filter(([, fact]) => fact).map(([head, fact]) => `- ${head}: ${fact}`),
    '',
    '```js',
    ...example(entry),
    '```',
    '',
  ];
}

function page(level) {
  const entries = allEntries.filter((entry) => entry.levelName === level);
  const [manual, about] = ABOUT[level];
  const without = Object.entries(untyped).filter(([name]) => homeOf(name) === level);
  return [
    `# ${level}`,
    '',
    '<!-- Generated by tools/options-docs.js from the tables of lib/options. Do not edit. -->',
    '',
    `${about} Number ${constants[level]}; ${entries.length} options. Manual: ${manual}.`,
    '',
    '| option | type | access | |',
    '|---|---|---|---|',
    ...entries.map(
      ({ name, codec, row }) =>
        `| [${name}](#${name.toLowerCase()}) | ${codec.type.replaceAll('|', '\\|')} | ${row.access} | ${row.doc.replaceAll('|', '\\|')} |`,
    ),
    '',
    ...entries.flatMap(section),
    ...(without.length > 0
      ? ['## Without a type', '', ...without.map(([name, because]) => `- ${name}: ${because}`), '']
      : []),
  ].join('\n');
}

function index() {
  const count = (level) => allEntries.filter((entry) => entry.levelName === level).length;
  return [
    '# Socket options',
    '',
    '<!-- Generated by tools/options-docs.js from the tables of lib/options. Do not edit. -->',
    '',
    `${allEntries.length} options at ${levelNames.length} levels, each with its type. \`bsd-socket options NAME\` tells what the running kernel says of one.`,
    '',
    '| level | number | options | |',
    '|---|---|---|---|',
    ...levelNames.map(
      (level) =>
        `| [${level}](${level}.md) | ${constants[level]} | ${count(level)} | ${ABOUT[level][1]} |`,
    ),
    '',
    'Ways to the same option:',
    '',
    '```js',
    'sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);            // the classic call: typed value, or packed bytes',
    'sock.getsockopt(SOL_SOCKET, SO_LINGER);                  // { onoff: false, linger: 0 }; with a length: its bytes',
    'sock.options.TCP_NODELAY = true;                         // a property; set({...}), get, supports, dump beside it',
    'optionsOf(req.socket).TCP_USER_TIMEOUT = 5000;           // the same on node’s own sockets, and on descriptors',
    'new Socket({ options: { SO_REUSEPORT: true } });         // applied between socket() and bind()',
    '```',
    '',
    'A value of the wrong kind or range is refused before the call, with the option’s name; what the kernel refuses is a SocketError with `option` and often a `hint`.',
    'Beside the options themselves:',
    '',
    '- `prepareSocket(options, family)`: a net.Socket whose options are set before node connects it.',
    '- `console.log(sock.options)` prints all that is readable on this socket, `sock.options.dump()` is the same as an object; 64-bit counters are bigints there, and',
    '  `JSON.stringify(sock.options)` writes those as text.',
    '- `getsourcefilter(sock, interface, group)` (RFC 3678): the source list of a joined group, which setting IP_MSFILTER or MCAST_MSFILTER writes.',
    "- `timestamping('RX_SOFTWARE', 'SOFTWARE')` and `timestampingFlags(mask)`: SO_TIMESTAMPING’s mask by name.",
    '- `defineOption({ name, level, optname, encode, decode })`: an option that stands in no table, typed by declaration merging:',
    '',
    '```ts',
    "declare module 'bsd-socket' {",
    '  interface OptionRegistry {',
    "    SO_MINE: Option<'SOL_SOCKET', string, string>;",
    '  }',
    '}',
    "const SO_MINE = defineOption({ name: 'SO_MINE', level: SOL_SOCKET, optname: 999, encode: (text: string) => Buffer.from(text), decode: (bytes) => bytes.toString() });",
    '```',
    '',
    'Packed bytes go to the kernel as they are. Other levels (SCTP, DCCP, Bluetooth, TIPC …) have their constants, and take bytes and ints.',
    '',
  ].join('\n');
}

function generate() {
  return {
    'README.md': index(),
    ...Object.fromEntries(levelNames.map((level) => [`${level}.md`, page(level)])),
  };
}

const folder = path.join(root, 'docs/options');
module.exports = { generate, folder };
if (require.main === module) {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(generate()))
    fs.writeFileSync(path.join(folder, name), text);
}
