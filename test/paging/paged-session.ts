import type { Channel, ConsumeMessage, GetMessage } from 'amqplib';
import type { Queue } from '../../src/amqp-control/queues/queue.ts';
import { type DurableSession, useDurableBroker } from '../support/durable-session.ts';
import { waitFor } from '../support/wait-for.ts';

/** Some segments: a queue of thousands of messages is mostly paged out. */
export const QUEUE_MEMORY = 64 * 1024;

/** Behind each number, so that a message has about 100 octets. */
const FILLER = '-'.repeat(90);

/** A suite's broker whose queues are mostly on disk. */
export function usePagingBroker(): DurableSession {
  return useDurableBroker({ queueMemory: QUEUE_MEMORY });
}

/** The bodies with the numbers from `first` on. */
export function numbered(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => `${first + i}${FILLER}`);
}

export function numberOf({ content }: GetMessage | ConsumeMessage): number {
  return Number.parseInt(content.toString(), 10);
}

/** All numbers from `first` on. */
export function range(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

export function queueOf(session: DurableSession, name: string): Queue {
  let found: Queue | undefined;
  session.administer((core) => {
    found = core.vhosts.get('/')?.queues.get(name);
  });
  if (found === undefined) throw new Error(`there is no queue ${name}`);
  return found;
}

/** Waits until most of a queue is on disk. */
export async function pagedOut(session: DurableSession, name: string): Promise<void> {
  const queue = queueOf(session, name);
  await waitFor(
    'most of it to be paged out',
    () => 2 * queue.logs.pagedOutCount > queue.readyCount,
  );
}

/** Octets on disk that are in use. */
export function storedOctets(session: DurableSession): number {
  let octets = 0;
  session.administer((core) => {
    octets = core.pager?.storedOctets ?? 0;
  });
  return octets;
}

/** Consumes and acknowledges until so many have come. @returns their numbers */
export async function consume(channel: Channel, queue: string, count: number): Promise<number[]> {
  const numbers: number[] = [];
  await channel.prefetch(100);
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message === null) return;
    numbers.push(numberOf(message));
    channel.ack(message);
  });
  await waitFor(`${count} messages`, () => numbers.length >= count, 30_000);
  await channel.cancel(consumerTag);
  return numbers;
}
