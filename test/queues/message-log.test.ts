import { describe, expect, it } from 'vitest';
import { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { INLINE_BODY_MAX_OCTETS } from '../../src/amqp-control/queues/segment.ts';
import {
  SEGMENT_MAX_OCTETS,
  SEGMENT_MIN_OCTETS,
  SegmentPool,
} from '../../src/amqp-control/queues/segment-pool.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import {
  messageIn,
  ownedViewOf,
  type SampleMessage,
  sampleMessage,
  viewOf,
} from './sample-message.ts';

const ORIGIN = 7;

function newLog(): MessageLog {
  return new MessageLog(new SegmentPool());
}

function add(log: MessageLog, message: SampleMessage): number {
  return log.append(viewOf(message), Infinity, ORIGIN);
}

/** Appends messages 0 … count - 1 and returns their positions. */
function addMany(log: MessageLog, count: number, bodyOctets = 16): number[] {
  return Array.from({ length: count }, (_, i) => add(log, sampleMessage(i, bodyOctets)));
}

function read(log: MessageLog, position: number): SampleMessage {
  const view = new MessageView();
  log.load(position, view);
  return messageIn(view);
}

function takeAll(log: MessageLog): number[] {
  const positions: number[] = [];
  while (log.readyCount > 0) positions.push(log.take());
  return positions;
}

describe('an empty message log', () => {
  it('has no head, gives nothing and holds no memory', () => {
    const log = newLog();
    expect(log.headPosition()).toBe(-1);
    expect(log.take()).toBe(-1);
    expect(log.discardHead()).toBe(-1);
    expect(log.purge()).toBe(0);
    expect([log.readyCount, log.readyOctets, log.unackedCount, log.totalOctets]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('has no message at any position', () => {
    expect(() => newLog().load(0, new MessageView())).toThrow(RangeError);
  });
});

describe('appending and taking', () => {
  it('keeps every octet of a message, whatever parts of it are empty', () => {
    const flagsOnly = Buffer.alloc(2);
    const longest = 'k'.repeat(255);
    const messages: SampleMessage[] = [
      sampleMessage(1, 16),
      { exchange: '', routingKey: '', properties: flagsOnly, body: Buffer.alloc(0) },
      { exchange: longest, routingKey: longest, properties: flagsOnly, body: Buffer.from('x') },
    ];
    const log = newLog();
    const positions = messages.map((message) => add(log, message));
    expect(positions.map((position) => read(log, position))).toEqual(messages);
  });

  it('keeps a body of every size around the one from which bodies live outside', () => {
    const log = newLog();
    for (const size of [-1, 0, 1].map((by) => INLINE_BODY_MAX_OCTETS + by)) {
      const message = sampleMessage(size, size);
      expect(read(log, add(log, message))).toEqual(message);
      expect(log.bodySize(log.take())).toBe(size);
    }
  });

  it('gives messages in order of arrival across many segments', () => {
    const log = newLog();
    const positions = addMany(log, 20_000);
    expect(takeAll(log)).toEqual(positions);
    expect(read(log, positions[0])).toEqual(sampleMessage(0, 16));
    expect(read(log, positions[19_999])).toEqual(sampleMessage(19_999, 16));
  });

  it('shows the head without taking it', () => {
    const log = newLog();
    const [first, second] = addMany(log, 2);
    expect(log.headPosition()).toBe(first);
    expect(log.headPosition()).toBe(first);
    log.take();
    expect(log.headPosition()).toBe(second);
  });

  it('gives positions that grow, also after the log was empty or purged', () => {
    const log = newLog();
    const positions = addMany(log, 50);
    log.purge();
    positions.push(...addMany(log, 50));
    while (log.readyCount > 0) log.discardHead();
    positions.push(...addMany(log, 50));
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(positions.every(Number.isSafeInteger)).toBe(true);
  });

  it('holds a message whose envelope alone is longer than the largest segment', () => {
    const log = newLog();
    const properties = Buffer.alloc(SEGMENT_MAX_OCTETS + 1000, 'p');
    const giant: SampleMessage = { ...sampleMessage(1, 16), properties };
    const positions = [
      add(log, sampleMessage(0, 16)),
      add(log, giant),
      add(log, sampleMessage(2, 16)),
    ];
    expect(takeAll(log)).toEqual(positions);
    const stored = read(log, positions[1]);
    expect(stored.properties.equals(properties)).toBe(true);
    expect(stored.body).toEqual(giant.body);
    expect(read(log, positions[2])).toEqual(sampleMessage(2, 16));
    for (const position of positions) log.settle(position);
    expect(log.totalOctets).toBe(0);
  });

  it('counts ready and unacked messages and the octets of ready bodies', () => {
    const log = newLog();
    addMany(log, 3, 10);
    const taken = log.take();
    expect([log.readyCount, log.readyOctets, log.unackedCount]).toEqual([2, 20, 1]);
    log.requeue(taken);
    expect([log.readyCount, log.readyOctets, log.unackedCount]).toEqual([3, 30, 0]);
    log.settle(log.take());
    expect([log.readyCount, log.readyOctets, log.unackedCount]).toEqual([2, 20, 0]);
  });

  it('remembers origin and expiry', () => {
    const log = newLog();
    const withExpiry = log.append(viewOf(sampleMessage(1, 16)), 1_700_000_000_123.5, -5);
    const without = log.append(viewOf(sampleMessage(2, 16)), Infinity, 2 ** 31 - 1);
    expect([log.expiresAtMs(withExpiry), log.origin(withExpiry)]).toEqual([
      1_700_000_000_123.5, -5,
    ]);
    expect([log.expiresAtMs(without), log.origin(without)]).toEqual([Infinity, 2 ** 31 - 1]);
    expect(read(log, withExpiry)).toEqual(sampleMessage(1, 16));
  });
});

describe('requeueing', () => {
  it('puts messages back where they were, before those that were never taken', () => {
    const log = newLog();
    const positions = addMany(log, 6);
    for (let i = 0; i < 4; i++) log.take();
    for (const index of [2, 0, 3]) log.requeue(positions[index]);
    expect(log.headPosition()).toBe(positions[0]);
    expect(takeAll(log)).toEqual([0, 2, 3, 4, 5].map((index) => positions[index]));
  });

  it('marks the message as redelivered, and no other', () => {
    const log = newLog();
    const [first, second] = addMany(log, 2);
    log.take();
    expect(log.isRedelivered(first)).toBe(false);
    log.requeue(first);
    expect([log.isRedelivered(first), log.isRedelivered(second)]).toEqual([true, false]);
    log.take();
    expect(log.isRedelivered(first)).toBe(true);
  });
});

describe('large bodies', () => {
  const large = sampleMessage(9, INLINE_BODY_MAX_OCTETS + 1);

  it('are kept by reference when the view owns them', () => {
    const log = newLog();
    const view = ownedViewOf(large);
    const { body } = view;
    const stored = new MessageView();
    log.load(log.append(view, Infinity, ORIGIN), stored);
    expect(stored.body).toBe(body);
    expect(stored.bodyOwned).toBe(true);
  });

  it('are copied once when the view does not own them, and shared by the queues after', () => {
    const view = viewOf(large);
    const received = view.body;
    const logs = [newLog(), newLog(), newLog()];
    const stored = logs.map((log) => {
      const seen = new MessageView();
      log.load(log.append(view, Infinity, ORIGIN), seen);
      return seen;
    });
    received.fill(0);
    expect(stored.map(messageIn)).toEqual([large, large, large]);
    expect(stored[1].body).toBe(stored[0].body);
    expect(stored[2].body).toBe(stored[0].body);
    expect(view.bodyOwned).toBe(true);
  });

  it('are kept without copying when they are part of an owned buffer', () => {
    const log = newLog();
    const view = viewOf(large);
    view.bodyOwned = true;
    const { buffer } = view.body;
    const stored = new MessageView();
    log.load(log.append(view, Infinity, ORIGIN), stored);
    expect(stored.body.buffer).toBe(buffer);
    expect(messageIn(stored)).toEqual(large);
  });

  it('count as memory held until they are settled', () => {
    const log = newLog();
    addMany(log, 1);
    const floor = log.totalOctets;
    add(log, large);
    expect(log.totalOctets).toBe(floor + large.body.length);
    log.take();
    log.settle(log.take());
    expect(log.totalOctets).toBe(floor);
  });
});

describe('small bodies', () => {
  it('are copied even from a buffer that the view owns, and are not owned when loaded', () => {
    const log = newLog();
    const view = ownedViewOf(sampleMessage(1, 16));
    const position = log.append(view, Infinity, ORIGIN);
    view.body.fill(0);
    const stored = new MessageView();
    log.load(position, stored);
    expect(stored.bodyOwned).toBe(false);
    expect(messageIn(stored)).toEqual(sampleMessage(1, 16));
  });
});

describe('purging', () => {
  it('discards the ready messages, requeued ones too, and leaves the unacked ones', () => {
    const log = newLog();
    const positions = addMany(log, 20_000, 20);
    for (let i = 0; i < 3; i++) log.take();
    log.requeue(positions[1]);
    expect(log.purge()).toBe(19_998);
    expect([log.readyCount, log.readyOctets, log.unackedCount]).toEqual([0, 0, 2]);
    expect(log.headPosition()).toBe(-1);
    expect(read(log, positions[0])).toEqual(sampleMessage(0, 20));
    log.requeue(positions[2]);
    expect(log.take()).toBe(positions[2]);
  });

  it('gives back the memory of all but the unacked messages', () => {
    const log = newLog();
    const large = sampleMessage(1, INLINE_BODY_MAX_OCTETS + 1);
    const first = add(log, large);
    for (let i = 0; i < 10_000; i++) add(log, i % 10 === 0 ? large : sampleMessage(i, 16));
    log.take();
    log.purge();
    expect(log.totalOctets).toBeLessThanOrEqual(2 * SEGMENT_MAX_OCTETS + large.body.length);
    log.settle(first);
    expect(log.totalOctets).toBe(0);
  });

  it('lets the log go on', () => {
    const log = newLog();
    addMany(log, 5000);
    log.take();
    log.purge();
    const added = addMany(log, 5000);
    expect(takeAll(log)).toEqual(added);
    expect(read(log, added[4999])).toEqual(sampleMessage(4999, 16));
  });
});

describe('memory', () => {
  it('is one smallest segment for one small message', () => {
    const log = newLog();
    addMany(log, 1);
    expect(log.totalOctets).toBe(SEGMENT_MIN_OCTETS);
  });

  it('stays below 100 octets per message of 16 octets in a deep log', () => {
    const log = newLog();
    addMany(log, 100_000);
    expect(log.totalOctets / 100_000).toBeLessThan(100);
  });

  it('returns to nothing whatever the order of settling', () => {
    const log = newLog();
    addMany(log, 20_000);
    const positions = takeAll(log);
    const odd = positions.filter((_, i) => i % 2 === 1);
    const even = positions.filter((_, i) => i % 2 === 0).reverse();
    for (const position of [...odd, ...even]) log.settle(position);
    expect(log.totalOctets).toBe(0);
  });

  it('does not grow while messages pass an unacked one', () => {
    const log = newLog();
    addMany(log, 1);
    const pinned = log.take();
    for (let i = 0; i < 30_000; i++) {
      add(log, sampleMessage(i, 16));
      log.discardHead();
    }
    expect(log.totalOctets).toBeLessThanOrEqual(SEGMENT_MIN_OCTETS + SEGMENT_MAX_OCTETS);
    expect(read(log, pinned)).toEqual(sampleMessage(0, 16));
  });

  it('is passed on from one log to another through the pool', () => {
    const pool = new SegmentPool();
    const first = new MessageLog(pool);
    addMany(first, 1);
    first.discardHead();
    expect(pool.idleOctets).toBe(SEGMENT_MIN_OCTETS);
    addMany(new MessageLog(pool), 1);
    expect(pool.idleOctets).toBe(0);
  });
});

describe('a handle that is used wrongly', () => {
  it('is refused when the message is ready', () => {
    const log = newLog();
    const [first] = addMany(log, 2);
    expect(() => log.settle(first)).toThrow(/state/);
    expect(() => log.requeue(first)).toThrow(/state/);
    expect([log.readyCount, log.unackedCount]).toEqual([2, 0]);
  });

  it('is refused when the message was settled', () => {
    const log = newLog();
    const [first] = addMany(log, 2);
    log.take();
    log.settle(first);
    expect(() => log.settle(first)).toThrow(/state/);
    expect(() => log.requeue(first)).toThrow(/state/);
  });

  it('is refused when the segment of the message was given back', () => {
    const log = newLog();
    const [first] = addMany(log, 1);
    log.discardHead();
    const [second] = addMany(log, 1);
    expect(() => log.settle(first)).toThrow(RangeError);
    expect(() => log.bodySize(second + 1000)).toThrow(RangeError);
  });
});
