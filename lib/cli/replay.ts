// `bsd-socket replay`: a capture file put back on the wire.
import { type ReplayStats, replay as replayFile } from '../capture';
import { numberOf, parse, UsageError } from './args';
import { StatusLine } from './status-line';
import { stopSignal } from './stop';

export async function replay(args: string[]): Promise<number> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      interface: { type: 'string', short: 'i' },
      speed: { type: 'string', short: 'x' },
      topspeed: { type: 'boolean', short: 't' },
    },
  });
  if (values.interface === undefined) throw new UsageError('-i says by which interface');
  if (positionals.length !== 1)
    throw new UsageError("one capture file is needed, or '-' for the standard input");
  const speed = values.topspeed
    ? Number.POSITIVE_INFINITY
    : (numberOf(values.speed, '-x', { min: 0.001, max: 1e6, fraction: true }) ?? 1);
  const signal = stopSignal();
  const start = performance.now();
  let stats: Readonly<ReplayStats> = { frames: 0, bytes: 0, skipped: 0 };
  const status = new StatusLine(() => `${stats.frames} frames, ${stats.bytes} bytes sent`);
  try {
    await replayFile(values.interface, positionals[0] === '-' ? process.stdin : positionals[0], {
      speed,
      signal,
      onStart: (now) => {
        stats = now;
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error; // Ctrl-C ends it between two frames
  } finally {
    status.end();
  }
  const { frames, bytes, skipped } = stats;
  const seconds = (performance.now() - start) / 1000;
  const left =
    skipped > 0
      ? `, ${skipped} left out (captured in part, or longer than the interface takes)`
      : '';
  process.stdout.write(`${frames} frames, ${bytes} bytes in ${seconds.toFixed(3)} s${left}\n`);
  return 0;
}
