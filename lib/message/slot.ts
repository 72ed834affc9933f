// One message of a batch seen in place, and the cursor that walks a batch with it.
import type { Address } from '../address';
import type { OwnedFd } from '../descriptors';
import type { MessageBatch } from './batch';
import type { ControlSpan } from './cmsg';
import { Message } from './message';

/** One message of a batch, seen in place. */
export class Slot<A extends Address> extends Message<A> {
  constructor(
    private readonly batch: MessageBatch<A>,
    protected at: number,
  ) {
    super();
  }

  get data(): Buffer {
    return this.batch.data(this.at);
  }

  get length(): number {
    return this.batch.lengths[this.batch.index(this.at)];
  }

  get flags(): number {
    return this.batch.flags[this.batch.index(this.at)];
  }

  /** Where the data starts in the batch's slab. */
  get offset(): number {
    return this.batch.offsets[this.batch.index(this.at)];
  }

  get address(): A {
    return this.batch.address(this.at);
  }

  override get segmentSize(): number | undefined {
    return this.batch.segmentSize(this.batch.index(this.at)) || undefined;
  }

  protected get span(): ControlSpan {
    return this.batch.span(this.at);
  }

  protected owned(fd: number): OwnedFd | undefined {
    return this.batch.owned(this.at, fd);
  }

  copy(): Message<A> {
    return this.batch.copy(this.at);
  }
}

/** Walks a batch: a slot that moves, and its own iterator and result. */
export class Cursor<A extends Address> extends Slot<A> implements IterableIterator<Message<A>> {
  private readonly end: number;
  private readonly step: { done: boolean; value: Message<A> };

  constructor(batch: MessageBatch<A>) {
    super(batch, -1);
    this.end = batch.count;
    this.step = { done: false, value: this };
  }

  next(): IteratorResult<Message<A>> {
    if (++this.at >= this.end) return { done: true, value: undefined };
    return this.step as IteratorYieldResult<Message<A>>;
  }

  [Symbol.iterator](): this {
    return this;
  }
}
