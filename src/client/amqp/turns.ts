import type { ChannelPort } from './ports.ts';

/**
 * What channels put off: acknowledgements until the turn of the event loop ends, and publishing
 * until everything is written.
 */
export class Turns {
  /** Counts each time everything is written. */
  writtenEpoch = 0;
  private readonly onEnd: () => void;
  private readonly ending: ChannelPort[] = [];
  private thirsty: ChannelPort[] = [];
  private endScheduled = false;
  private drainScheduled = false;
  private readonly end = () => {
    this.endScheduled = false;
    this.onEnd();
  };

  /** @param onEnd called once at the end of a turn for which `scheduleEnd` was called */
  constructor(onEnd: () => void) {
    this.onEnd = onEnd;
  }

  scheduleEnd(): void {
    if (this.endScheduled) return;
    this.endScheduled = true;
    process.nextTick(this.end);
  }

  /** The channel has something to do when the turn ends. */
  endDue(channel: ChannelPort): void {
    this.ending.push(channel);
    this.scheduleEnd();
  }

  /** The channel wants to know when everything is written. */
  drainDue(channel: ChannelPort): void {
    this.thirsty.push(channel);
    this.scheduleEnd();
  }

  /** Lets channels do what they put off. */
  finishChannels(): void {
    for (const channel of this.ending) channel.turnEnds();
    this.ending.length = 0;
  }

  /** Forgets what they put off. */
  forget(): void {
    this.ending.length = 0;
  }

  /** Tells publishers to go on, not at once: else they could keep the event loop from its turn. */
  allWritten(): void {
    this.writtenEpoch++;
    if (this.thirsty.length === 0 || this.drainScheduled) return;
    this.drainScheduled = true;
    setImmediate(() => {
      this.drainScheduled = false;
      const { thirsty } = this;
      this.thirsty = [];
      for (const channel of thirsty) channel.drained();
    });
  }
}
