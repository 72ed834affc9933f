// Lines of the API's type test that wait for the capture room.
// biome-ignore-all format: one line a fact
// biome-ignore-all lint: what is declared here is only looked at by the compiler
import { Capture } from 'bsd-socket/capture';

async function positive() {
  const cap = new Capture('eth0', { filter: 'tcp port 80' });
  for await (const f of cap) { const ts: bigint = f.timestamp; }
}
