// record(): ring to file in the native thread. Arguments: interface, file.
const { Capture } = require('bsd-socket/capture');

const [device, file] = process.argv.slice(2);
const capture = new Capture(device);
const recording = capture.record(file);
console.log('ready');
process.once('SIGINT', async () => {
  const { packets, dropped } = await recording.stop();
  console.log(`${packets} ${dropped}`);
  capture.close();
});
