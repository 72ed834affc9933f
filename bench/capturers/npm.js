// The npm packages cap and pcap, where they are installed, writing a pcap file. Arguments: package,
// interface, file.
const fs = require('node:fs');

const [name, device, file] = process.argv.slice(2);
const fd = fs.openSync(file, 'w');
const header = Buffer.alloc(24);
[0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1].forEach((word, i) => {
  header.writeUInt32LE(word, 4 * i);
});
const chunk = Buffer.alloc(384 << 10);
let used = header.copy(chunk);
let packets = 0;
let dropped = () => 'unknown';

function add(bytes, length, seconds, microseconds) {
  for (const word of [seconds, microseconds, length, length])
    used = chunk.writeUInt32LE(word, used);
  used += bytes.copy(chunk, used, 0, length);
  packets += 1;
  if (used >= 256 << 10) used = fs.writeSync(fd, chunk, 0, used) * 0;
}

if (name === 'cap') {
  const { Cap } = require('cap');
  const cap = new Cap();
  const room = Buffer.alloc(65535);
  cap.open(device, '', 64 << 20, room);
  cap.setMinBytes?.(0);
  cap.on('packet', (length) => add(room, length, 0, 0)); // it has no timestamps
} else {
  const session = require('pcap').createSession(device, {
    buffer_size: 64 << 20,
    snap_length: 65535,
  });
  session.on('packet', ({ buf, header: head }) =>
    add(buf, head.readUInt32LE(8), head.readUInt32LE(0), head.readUInt32LE(4)),
  );
  dropped = () => session.stats().ps_drop;
}
console.log('ready');
process.once('SIGINT', () => {
  fs.writeSync(fd, chunk, 0, used);
  console.log(`${packets} ${dropped()}`);
  process.exit(0);
});
