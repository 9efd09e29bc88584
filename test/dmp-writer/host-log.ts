import type { WriterEvents } from '../../src/shards/writer-events.ts';
import { Heard } from './rig.ts';

/** What a writer has told main. */
export class HostLog extends Heard implements WriterEvents {
  isReady = false;
  readonly released: number[] = [];
  /** Of the end; undefined as long as the writer works. */
  exit: Error | null | undefined;
  /** Called at once when a feed was released. */
  whenReleased: (slot: number) => void = () => {};

  onReady(): void {
    this.isReady = true;
  }

  onFeedReleased(slot: number): void {
    this.released.push(slot);
    this.whenReleased(slot);
  }

  onExit(error: Error | null): void {
    this.exit = error;
  }
}
