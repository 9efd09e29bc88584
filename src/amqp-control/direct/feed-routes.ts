import type { MessageView } from '../../wire/message-view.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { Queue } from '../queues/queue.ts';
import { NO_ORIGIN } from '../queues/queue-consumer.ts';
import type { FeedConnection, RouteSwitch } from './feed-bridge.ts';
import type { TopologyMirror } from './topology-mirror.ts';

/** Instead of a writer's number: contents go to main. */
const AT_MAIN = -1;

/** Tells the shards, through their copies of the topology, where the contents of a queue go. */
export class FeedRoutes implements RouteSwitch {
  private readonly core: BrokerCore;
  private readonly mirror: TopologyMirror;
  private readonly onDroppedEarly: (queue: Queue) => void;
  private nextBarrier = 1;

  /** @param onDroppedEarly see RouteSwitch.droppedEarly */
  constructor(core: BrokerCore, mirror: TopologyMirror, onDroppedEarly: (queue: Queue) => void) {
    this.core = core;
    this.mirror = mirror;
    this.onDroppedEarly = onDroppedEarly;
  }

  get scratch(): MessageView {
    return this.core.scratch;
  }

  get nowMs(): number {
    return this.core.nowMs;
  }

  shardsOf(vhost: string): readonly number[] {
    return this.mirror.shardsOf(vhost);
  }

  toFeed(shard: number, queue: Queue, { writer, slot, access }: FeedConnection): number {
    const barrier = this.nextBarrier++;
    const { number: queueNumber, vhost } = queue.settings;
    const refusedOrigin = queue.consumers.all[0]?.refusedOrigin ?? NO_ORIGIN;
    const state = { queueNumber, writer, slot, refusedOrigin, feed: access };
    this.mirror.switchQueue(shard, vhost, state, barrier);
    return barrier;
  }

  toMain(shard: number, queue: Queue): number {
    const fence = this.nextBarrier++;
    const { number: queueNumber, vhost } = queue.settings;
    // The shards have been told that a deleted queue is gone.
    if (!this.core.queues.has(queueNumber)) return fence;
    const origin = NO_ORIGIN;
    const state = { queueNumber, writer: AT_MAIN, slot: 0, refusedOrigin: origin, feed: null };
    this.mirror.switchQueue(shard, vhost, state, fence);
    return fence;
  }

  queueNeedsDispatch(queue: Queue): void {
    this.core.queueNeedsDispatch(queue);
  }

  droppedEarly(queue: Queue): void {
    this.onDroppedEarly(queue);
  }
}
