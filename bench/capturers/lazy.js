// onBatch(): every frame comes by JavaScript, which reads a length of each. Argument: interface.
const { Capture } = require('bsd-socket/capture');

const capture = new Capture(process.argv[2]);
const seen = { frames: 0, bytes: 0 };
capture.onBatch((batch) => {
  let frames = 0;
  let bytes = 0;
  for (const frame of batch) {
    frames += 1;
    bytes += frame.caplen;
  }
  seen.frames += frames;
  seen.bytes += bytes;
});
console.log('ready');
process.once('SIGINT', () => {
  console.log(`${seen.frames} ${capture.stats().dropped} ${seen.bytes}`);
  capture.close();
});
