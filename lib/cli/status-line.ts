// A line that tells how it goes, rewritten in place: on a terminal only.
import type { RecordStats } from '../capture';

const EVERY_MS = 500;

export class StatusLine {
  readonly #timer: NodeJS.Timeout | undefined;
  #last = 0n;
  #at = performance.now();
  #shown = false;

  /** `state` gives the counts of a recording, or the text of the line. */
  constructor(state: () => RecordStats | string) {
    if (!process.stderr.isTTY) return;
    this.#timer = setInterval(() => {
      const now = state();
      if (typeof now === 'string') this.#text(now);
      else this.#show(now);
    }, EVERY_MS);
    this.#timer.unref();
  }

  #text(line: string): void {
    process.stderr.write(`\r\x1b[K${line}`);
    this.#shown = true;
  }

  #show({ packets, dropped, bytes, files }: RecordStats): void {
    const now = performance.now();
    const rate = Math.round(Number(packets - this.#last) / ((now - this.#at) / 1000));
    this.#last = packets;
    this.#at = now;
    const more = files > 1n ? `, ${files} files` : '';
    const lost =
      process.env.NO_COLOR || dropped === 0n
        ? `${dropped} dropped`
        : `\x1b[31m${dropped} dropped\x1b[0m`;
    this.#text(`${packets} packets, ${lost}, ${rate}/s, ${bytes} bytes${more}`);
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#shown) process.stderr.write('\r\x1b[K');
  }
}
