// Builds the C side of the benchmark where its sources are newer than its binaries, and loads it.
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const SOURCES = [
  'binding.gyp',
  'loops.cc',
  'echo_peer.cc',
  'blast.cc',
  'ring_peer.cc',
  'pcap_peer.cc',
].map((name) => path.join(__dirname, name));
const loops = path.join(__dirname, 'build/Release/loops.node');
const echoPeer = path.join(__dirname, 'build/Release/echo_peer');
const program = (name) => path.join(__dirname, 'build/Release', name);

const changed = (file) => (fs.existsSync(file) ? fs.statSync(file).mtimeMs : 0);

function build() {
  if (
    Math.min(...[loops, echoPeer, program('blast'), program('ring_peer')].map(changed)) >
    Math.max(...SOURCES.map(changed))
  )
    return;
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  const here =
    fs.existsSync(path.join(prefix, 'include/node/node_api.h')) &&
    fs.existsSync(path.join(prefix, 'include/node/common.gypi'));
  // node's own headers, where they came with node
  const flags = here ? [`--nodedir=${prefix}`] : [];
  const result = spawnSync(
    process.execPath,
    [require.resolve('node-gyp/bin/node-gyp.js'), 'rebuild', ...flags],
    {
      cwd: __dirname,
      encoding: 'utf8',
    },
  );
  if (result.status !== 0)
    throw new Error(`the C loops do not build:\n${result.stdout}${result.stderr}`);
  const now = new Date(); // a rebuild with unchanged outputs must not look old
  for (const file of [loops, echoPeer, program('blast'), program('ring_peer')])
    fs.utimesSync(file, now, now);
}

build();

/** The generator of frames, and C's capturers; libpcap's only where its headers are. */
const programs = {
  blast: program('blast'),
  ringPeer: program('ring_peer'),
  pcapPeer: fs.existsSync(program('pcap_peer')) ? program('pcap_peer') : undefined,
};

module.exports = { c: require(loops), echoPeer, programs };
