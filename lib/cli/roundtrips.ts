// The arithmetic of ping: what was sent and came back, and how long it took, in the words of its
// closing lines.

export class RoundTrips {
  transmitted = 0;
  received = 0;
  duplicates = 0;
  corrupted = 0;
  errors = 0;
  /** The most that was under way at once. */
  pipe = 0;
  #count = 0;
  #sum = 0;
  #squares = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  readonly #answered = new Set<number>();

  /**
   * A reply that came after `ms` milliseconds; a second one to the same request is a duplicate:
   * answers whether it is.
   */
  reply(seq: number, ms: number | undefined): boolean {
    const duplicate = this.#answered.has(seq);
    if (duplicate) this.duplicates += 1;
    else this.received += 1;
    this.#answered.add(seq);
    this.#answered.delete((seq - 0x8000) & 0xffff); // sequence numbers come around
    this.acknowledge(seq);
    if (ms === undefined) return duplicate;
    this.#count += 1;
    this.#sum += ms;
    this.#squares += ms * ms;
    this.min = Math.min(this.min, ms);
    this.max = Math.max(this.max, ms);
    return duplicate;
  }

  /** Something came about this request: how many were sent since tells how full the pipe is. */
  acknowledge(seq: number): void {
    const since = (this.transmitted - seq) & 0xffff;
    if (since < 0x8000) this.pipe = Math.max(this.pipe, since + 1);
  }

  /** Replies and errors so far: as many as requests mean that nothing more will come. */
  get settled(): number {
    return this.received + this.errors;
  }

  summary(host: string, elapsedMs: number): string {
    const { transmitted, received, duplicates, corrupted, errors } = this;
    const counts = [`${transmitted} packets transmitted`, `${received} received`];
    if (duplicates) counts.push(`+${duplicates} duplicates`);
    if (corrupted) counts.push(`+${corrupted} corrupted`);
    if (errors) counts.push(`+${errors} errors`);
    if (transmitted)
      counts.push(
        `${Number((((transmitted - received) * 100) / transmitted).toPrecision(6))}% packet loss`,
        `time ${Math.round(elapsedMs)}ms`,
      );
    return `\n--- ${host} ping statistics ---\n${counts.join(', ')}\n${this.#times()}`;
  }

  #times(): string {
    const pipe = this.pipe > 1 ? `pipe ${this.pipe}` : '';
    if (this.#count === 0) return `${pipe}\n`;
    const mean = this.#sum / this.#count;
    const mdev = Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean));
    const values = [this.min, mean, this.max, mdev].map((ms) => ms.toFixed(3)).join('/');
    return `rtt min/avg/max/mdev = ${values} ms${pipe && `, ${pipe}`}\n`;
  }
}

/** A round trip time with as many digits as mean anything: 0.045, 1.23, 12.3, 123. */
export function timeText(ms: number): string {
  return ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3);
}
