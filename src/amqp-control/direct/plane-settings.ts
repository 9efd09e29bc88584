import type { WriterEvents } from '../../shards/writer-events.ts';
import type { Turn } from '../net/turn.ts';
import type { PlaneEvents } from './data-plane.ts';

/** What shards and writers are set up with. */
export interface PlaneSettings {
  readonly shards: number;
  readonly writers: number;
  /** Capacity of each ring, a power of two. */
  readonly ringOctets: number;
  /** The largest content accepted, its size field included. */
  readonly maxContentOctets: number;
  /** Most octets copied together for one write to a feed. */
  readonly batchOctets: number;
  /** A feed that was idle for so long gets a heartbeat. */
  readonly heartbeatMs: number;
}

/** Passes on what a writer says of its feeds, each time as one event of main. */
export function feedEvents(
  turn: Turn,
  events: PlaneEvents,
): Omit<WriterEvents, 'onReady' | 'onExit'> {
  return {
    onFeedReleased: (slot, report) => turn.run(() => events.feedReleased(slot, report)),
    onFeedGone: (report, reason) => turn.run(() => events.feedGone(report, reason)),
    onFeedWarn: (report) => turn.run(() => events.feedWarning(report)),
    onFeedDropping: (report) => turn.run(() => events.feedDropping(report)),
    onFencePassed: (slot, fence) => turn.run(() => events.fencePassed(slot, fence)),
    onMarkReached: (slot, mark) => turn.run(() => events.markReached(slot, mark)),
    onBarrierOverdue: (slot) => {
      turn.core.log.warn({ slot }, 'older messages for a feed came late, order may have suffered');
    },
  };
}
