import type { Queue } from '../queues/queue.ts';

/**
 * Thrown by a method that needs the head of a queue while that is paged out: the method, and what
 * comes behind it on its connection, has to wait for `whenHeadIsHere`. Nothing was changed.
 */
export class HeadAway extends Error {
  override readonly name = 'HeadAway';
  readonly queue: Queue;

  constructor(queue: Queue) {
    super('the head of the queue is paged out');
    this.queue = queue;
  }
}
