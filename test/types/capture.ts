// The type test of bsd-socket/capture: every line compiles, and every @ts-expect-error is an error.
// biome-ignore-all format: one line a fact
// biome-ignore-all lint: what is declared here is only looked at by the compiler
import type { Readable } from 'node:stream';
import { type PacketAddress, SO_ATTACH_FILTER, SOL_SOCKET, type Socket } from 'bsd-socket';
import { assemble, type BpfInstruction, Capture, type CaptureStats, compile, disassemble, type Frame, type FrameBatch, matches, PcapWriter, readPcap, replay, sniff } from 'bsd-socket/capture';

async function positive() {
  const cap = new Capture('eth0', { filter: 'tcp port 80' });
  for await (const f of cap) { const ts: bigint = f.timestamp; const d: Buffer = f.data; const v: number | undefined = f.vlan; const way: PacketAddress['pkttype'] | undefined = f.direction; }
  for await (const b of cap.batches()) { const o: Uint32Array = b.offsets; const t: BigInt64Array = b.timestamps; const f: Frame = b.frame(0); for (const x of b) x.copy(); }
  const { stop } = cap.onBatch((b: FrameBatch) => { b.count; }, { budget: 4 }); stop();
  const s: Socket<PacketAddress> = cap.socket; s.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, compile('ip'));
  const stats: CaptureStats = cap.stats(); const lost: bigint = stats.dropped;
  const r = cap.record('x.pcapng', { packets: 5, nanoseconds: true, rotate: { bytes: 1e6, files: 3 }, compress: 'zstd' }); const done: CaptureStats = await r.done; await r.stop();
  const n: number = cap.inject(new Uint8Array(60)) + cap.injectMany([Buffer.alloc(60)]); cap.setFilter(null); cap.setFilter(assemble('ret #0'));
  const stream: Readable = cap.stream(); const frames: Frame[] = await sniff('lo', { count: 3, timeoutMs: 100 });
  const p: BpfInstruction[] = compile('ip', { linktype: 1, snaplen: 96, optimize: false }); const text: string = disassemble(p); const kept: number = matches(p, Buffer.alloc(60));
  const w = new PcapWriter('x', { format: 'pcap' }); const room: boolean = w.write({ data: Buffer.alloc(60), timestamp: 1n, comment: 'x', interface: 'eth0' }); await w.end();
  for await (const f of readPcap('x')) { const name: string | undefined = f.interfaceName; const c: string | undefined = f.comment; }
  const { skipped } = await replay('eth0', 'x.pcap', { speed: Infinity });
  await using several = new Capture(['eth0', 'eth1'], { ring: { blockSize: 1 << 20, blocks: 8, timeoutMs: 10 }, fanout: { group: 1, mode: 'hash' }, direction: 'in', vlan: 'metadata', immediate: false });
}
function negative(cap: Capture) {
  // @ts-expect-error a direction of three
  new Capture('eth0', { direction: 'up' });
  // @ts-expect-error the ring is false or its sizes
  new Capture('eth0', { ring: true });
  // @ts-expect-error a frame is bytes
  cap.inject('frame');
  // @ts-expect-error times are bigints of nanoseconds
  new PcapWriter('x').write({ data: Buffer.alloc(1), timestamp: 5 });
  // @ts-expect-error frames are read only
  cap.tryBatch()!.frame(0).caplen = 5;
  // @ts-expect-error no such format
  cap.record('x', { format: 'pcapn' });
}
