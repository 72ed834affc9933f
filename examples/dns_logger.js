// Names that this machine is asked for or asks for, as their answers come by: a passive DNS logger
// (needs CAP_NET_RAW).
//   node examples/dns_logger.js INTERFACE [COUNT] [PORT]
const { isErrno } = require('bsd-socket');
const { Capture } = require('bsd-socket/capture');
const { decodeFrame, layerOf } = require('bsd-socket/packet');
const { answers } = require('./dns_answers.js');

async function main(device, count = Infinity, port = 53) {
  if (!device) throw new Error('usage: dns_logger.js INTERFACE [COUNT] [PORT]');
  const capture = new Capture(device, { filter: `udp src port ${Number(port)}` });
  process.once('SIGINT', () => capture.close());
  console.log(`listening on ${device}`);
  let left = Number(count);
  for await (const frame of capture) {
    const decoded = decodeFrame(frame.linktype, frame.data, frame.len);
    const payload = layerOf(decoded, 'payload');
    if (!payload) continue;
    const message = frame.data.subarray(payload.offset, payload.offset + payload.length);
    for (const [name, type, told] of answers(message)) {
      console.log(
        `${new Date(Number(frame.timestamp / 1000000n)).toISOString()} ${name} ${type} ${told}`,
      );
      if (--left <= 0) capture.close();
    }
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(isErrno(error, 'EPERM') ? `${error.code}: ${error.hint}` : error.message);
  process.exitCode = 1;
});
