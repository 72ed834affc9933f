// Lines of the API's type test that wait for batches, control messages and messages().
// biome-ignore-all format: one line a fact
// biome-ignore-all lint: what is declared here is only looked at by the compiler
import * as S from 'bsd-socket';

async function positive(d: S.Socket) {
  for await (const m of d.messages({ pktinfo: true })) { const i: number | undefined = m.ifindex; const pi = m.get(S.CM.IP_PKTINFO)?.addr; }
  const b = new S.MessageBatch<S.InetAddress>({ count: 64, size: 2048 });
  const got: number = d.tryRecvmmsg(b);
}
function more() {
  const m: S.Cmsg = S.CM.IP_TTL(3);
}
