/** Sends acknowledgements. */
export interface AckSink {
  ack(deliveryTag: number, multiple: boolean): void;
}

/**
 * Acknowledgements of one turn. Those that follow one another, from the oldest unsettled delivery
 * on, become one with `multiple`; all others are passed on as they are, in order.
 */
export class AckRun {
  private readonly sink: AckSink;
  /** Every delivery up to this tag is settled. */
  private settledUpTo = 0;
  /**
   * Tags behind `settledUpTo` up to this one are acknowledged, but the broker has not been told.
   */
  private runEnd = 0;

  constructor(sink: AckSink) {
    this.sink = sink;
  }

  /** Deliveries of this connection have tags above `tag`. */
  restart(tag: number): void {
    this.settledUpTo = tag;
    this.runEnd = tag;
  }

  /** Acknowledges the delivery `tag`, or with `multiple` all up to it (0: all there are). */
  ack(tag: number, multiple: boolean): void {
    if (multiple || tag !== this.runEnd + 1) {
      this.flush();
      this.sink.ack(tag, multiple);
      this.settled(tag, multiple);
      return;
    }
    this.runEnd = tag;
  }

  /** The broker has been told of the delivery `tag`, or with `multiple` of all up to it. */
  settled(tag: number, multiple: boolean): void {
    if (multiple ? tag > this.settledUpTo : tag === this.settledUpTo + 1) this.restart(tag);
  }

  /** Whether the broker has yet to be told something. */
  get pending(): boolean {
    return this.runEnd > this.settledUpTo;
  }

  /** Tells the broker; call it before anything else that belongs to the channel is sent. */
  flush(): void {
    const { runEnd } = this;
    if (runEnd === this.settledUpTo) return;
    const single = runEnd === this.settledUpTo + 1;
    this.settledUpTo = runEnd;
    this.sink.ack(runEnd, !single);
  }
}
