// Frames that wait in the ring, walked: no wake-ups, no copies, one length read of each (root, on
// lo of an own namespace).
const { Capture } = require('bsd-socket/capture');
const { spawnSync } = require('node:child_process');
const { programs } = require('../native/build.js');

const idle = new Int32Array(new SharedArrayBuffer(4));
/** Fills the ring, and waits until the kernel has handed over the last block. */
function fill(count) {
  const { status } = spawnSync(programs.blast, ['lo', String(count), '106']);
  if (status !== 0) throw new Error('the generator failed');
  Atomics.wait(idle, 0, 0, 100);
}

async function setup() {
  const capture = new Capture('lo', { filter: 'udp', ring: { blocks: 128 } });
  const walk = (visit) => (count) => {
    fill(count);
    const start = process.hrtime.bigint();
    let frames = 0;
    for (let batch = capture.tryBatch(); batch !== null; batch = capture.tryBatch())
      frames += visit(batch);
    const took = Number(process.hrtime.bigint() - start);
    if (frames < count / 2) throw new Error(`${frames} of ${count} frames were there`);
    return (took / frames) * count;
  };
  // read by nobody, which the compiler cannot know; a plain number would pass 2^30 in mid-run, and
  // all be compiled anew
  const seen = new Float64Array(1);
  const contestants = [
    {
      name: 'for (const frame of batch) frame.caplen',
      run: walk((batch) => {
        let sum = 0;
        for (const frame of batch) sum += frame.caplen;
        seen[0] += sum;
        return batch.count;
      }),
    },
    {
      name: 'batch.caplens[i]',
      run: walk(({ caplens, count }) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += caplens[i];
        seen[0] += sum;
        return count;
      }),
    },
    {
      name: 'frame.data[0]',
      run: walk((batch) => {
        let sum = 0;
        for (const frame of batch) sum += frame.data[0];
        seen[0] += sum;
        return batch.count;
      }),
    },
  ];
  return { contestants, stop: () => capture.close() };
}

const comment = ([{ ns }]) =>
  `${(1000 / ns).toFixed(1)} M frames/s (goal >= 40: ${1000 / ns >= 40 ? 'met' : 'MISSED'})\n`;

module.exports = {
  title: 'walking a filled ring: ns a frame',
  rounds: 15,
  warmup: 5,
  count: 400_000,
  setup,
  comment,
  needsRoot: true,
};
