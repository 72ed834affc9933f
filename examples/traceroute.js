// Names the routers on the way to a host, without privileges: UDP probes with small TTLs, answered
// through the error queue. node examples/traceroute.js HOST [max hops]
const { Socket, getaddrinfo, AF_INET, SOCK_DGRAM } = require('bsd-socket');

const PORT = 33434; // where nobody listens
const TRIES = 3;
const WAIT_MS = 1000;

/** The first error that a probe with this ttl meets, or null. */
async function probe(s, errors, host, ttl) {
  const start = process.hrtime.bigint();
  await s.sendmsg([Buffer.alloc(32)], { to: [host, PORT + ttl], ttl });
  const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS, null));
  for (;;) {
    errors.next ??= errors.from.next();
    const answer = await Promise.race([errors.next, late]);
    if (answer === null) return null; // errors.next goes on waiting, for the next probe
    errors.next = undefined;
    const { address, error } = answer.value;
    if (address.port !== PORT + ttl) continue; // an answer that came late
    return {
      from: error.offender.address,
      reached: error.errno === 'ECONNREFUSED',
      errno: error.errno,
      ms: Number(process.hrtime.bigint() - start) / 1e6,
    };
  }
}

async function main(name, most = '30') {
  const [{ address }] = await getaddrinfo(name, null, AF_INET, SOCK_DGRAM);
  const s = new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { errqueue: true } });
  const errors = { from: s.errors(), next: undefined };
  console.log(`traceroute to ${name} (${address.address})`);
  for (let ttl = 1; ttl <= Number(most); ttl++) {
    let answer = null;
    for (let i = 0; i < TRIES && answer === null; i++)
      answer = await probe(s, errors, address.address, ttl);
    console.log(answer ? `${ttl} ${answer.from} ${answer.ms.toFixed(3)} ms` : `${ttl} *`);
    if (answer?.reached) break;
  }
  s.close();
}

main(...process.argv.slice(2));
