import { describe, expect, it } from 'vitest';
import type { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { INLINE_BODY_MAX_OCTETS } from '../../src/amqp-control/queues/segment.ts';
import {
  SEGMENT_BODIES_MAX_OCTETS,
  SEGMENT_MAX_OCTETS,
} from '../../src/amqp-control/queues/segment-pool.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { messageIn, sampleMessage, viewOf } from '../queues/sample-message.ts';
import { PagedLogs } from './paged-logs.ts';

const BOUND_OCTETS = 1024 * 1024;
const BODY_OCTETS = 100;
/** Far more than the bound. */
const MESSAGES = 20_000;
const ORIGIN = 1;

function fill(log: MessageLog, count: number, bodyOctets = BODY_OCTETS, paged?: PagedLogs): void {
  for (let i = 0; i < count; i++) {
    log.append(viewOf(sampleMessage(i, bodyOctets)), Infinity, ORIGIN);
    paged?.device.finishAll();
  }
}

/** Takes and settles everything, which must come in order, from message `first` on. */
function drain(paged: PagedLogs, log: MessageLog, first: number, bodyOctets = BODY_OCTETS): number {
  const view = new MessageView();
  let next = first;
  for (; log.readyCount > 0; next++) {
    if (!log.headIsHere) paged.device.finishAll();
    const position = log.take();
    log.load(position, view);
    const { routingKey, body } = messageIn(view);
    const expected = sampleMessage(next, bodyOctets);
    if (routingKey !== expected.routingKey || !body.equals(expected.body)) {
      throw new Error(`expected ${expected.routingKey}, got ${routingKey}`);
    }
    log.settle(position);
  }
  return next;
}

describe('a log that grows beyond the bound', () => {
  it('stays below it in memory, whatever its length, and comes out in order', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    let most = 0;
    for (let i = 0; i < MESSAGES; i++) {
      log.append(viewOf(sampleMessage(i, BODY_OCTETS)), Infinity, ORIGIN);
      paged.device.finishAll();
      most = Math.max(most, paged.pool.usedOctets);
    }
    expect(most).toBeLessThanOrEqual(BOUND_OCTETS + SEGMENT_MAX_OCTETS);
    expect(log.readyCount).toBe(MESSAGES);
    expect(log.pagedOutOctets).toBe(log.pagedOutCount * BODY_OCTETS);
    expect(log.pagedOutCount).toBeGreaterThan(MESSAGES / 2);
    expect(drain(paged, log, 0)).toBe(MESSAGES);
    expect([paged.pool.usedOctets, paged.pager.storedOctets]).toEqual([0, 0]);
  });

  it('touches no disk as long as it fits', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, 1000);
    drain(paged, log, 0);
    expect([paged.device.writes, paged.device.reads]).toEqual([0, 0]);
  });

  it('pages out large bodies with it', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    const bodyOctets = 4 * INLINE_BODY_MAX_OCTETS;
    fill(log, 200, bodyOctets, paged);
    expect(paged.pool.usedOctets).toBeLessThanOrEqual(
      BOUND_OCTETS + SEGMENT_BODIES_MAX_OCTETS + bodyOctets + SEGMENT_MAX_OCTETS,
    );
    expect(drain(paged, log, 0, bodyOctets)).toBe(200);
  });

  it('keeps the disk no larger than what is on it when it goes on and on', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    const { length } = paged.device.file;
    for (let i = 0; i < MESSAGES; i++) {
      if (!log.headIsHere) paged.device.finishAll();
      log.discardHead();
      log.append(viewOf(sampleMessage(i, BODY_OCTETS)), Infinity, ORIGIN);
      paged.device.finishAll();
    }
    expect(paged.device.file.length).toBeLessThan(1.2 * length);
  });

  it('reads ahead, so that the head is seldom awaited', () => {
    const paged = new PagedLogs(16 * BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, 25 * MESSAGES, 0, paged);
    expect(log.pagedOutCount).toBeGreaterThan(0);
    let waits = 0;
    while (log.readyCount > 0) {
      if (!log.headIsHere) {
        waits++;
        paged.device.finishAll();
      }
      log.discardHead();
      // One thing is done for many messages, as it is by a disk that keeps up.
      if (log.readyCount % 500 === 0) paged.device.finish(0);
    }
    expect(waits).toBe(0);
  });

  it('makes room by what is idle elsewhere', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const idle = paged.newLog();
    fill(idle, 5000, BODY_OCTETS, paged);
    expect(idle.pagedOutCount).toBe(0);
    const others = Array.from({ length: 4 }, () => paged.newLog());
    for (const log of others) fill(log, 1000, BODY_OCTETS, paged);
    expect(idle.pagedOutCount).toBeGreaterThan(0);
    expect(paged.pool.usedOctets).toBeLessThanOrEqual(BOUND_OCTETS + SEGMENT_MAX_OCTETS);
  });

  it('forgets what is paged out when it is purged, and goes on', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    expect(log.purge()).toBe(MESSAGES);
    paged.device.finishAll();
    expect([log.readyCount, log.pagedOutCount, log.pagedOutOctets]).toEqual([0, 0, 0]);
    expect([paged.pool.usedOctets, paged.pager.storedOctets]).toEqual([0, 0]);
    fill(log, MESSAGES, BODY_OCTETS, paged);
    expect(drain(paged, log, 0)).toBe(MESSAGES);
  });

  it('is purged while its head is on its way', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    while (log.headIsHere) log.discardHead();
    log.purge();
    expect([log.readyCount, log.headIsHere]).toEqual([0, true]);
    paged.device.finishAll();
    expect([paged.pool.usedOctets, paged.arrivals, paged.pager.storedOctets]).toEqual([0, 0, 0]);
  });

  it('stays in memory where its turn comes while it is being written', () => {
    const paged = new PagedLogs(0);
    const log = paged.newLog();
    fill(log, 100);
    expect(paged.device.waiting.map(({ kind }) => kind)).toEqual(['write']);
    // In the second of its segments, which begin with 512 octets.
    for (let i = 0; i < 4; i++) log.discardHead();
    paged.device.finish(0);
    expect(log.headIsHere).toBe(true);
    expect(drain(paged, log, 4)).toBe(100);
  });

  it('says that its head has arrived', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    while (log.headIsHere) log.discardHead();
    expect(paged.arrivals).toBe(0);
    expect(() => log.take()).toThrow();
    paged.device.finishAll();
    expect([log.headIsHere, paged.arrivals]).toEqual([true, 1]);
  });
});

describe('a disk that is slower than the publishers', () => {
  it('has them held back until it has caught up', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    while (!paged.pager.congested) fill(log, 1000);
    expect(paged.said).toEqual(['congested']);
    paged.device.finishAll();
    expect(paged.said).toEqual(['congested', 'relieved']);
  });
});

describe('a disk that fails', () => {
  it('keeps in memory what it does not take, says so once, and is tried again', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES);
    paged.device.fail(0);
    expect(log.pagedOutCount).toBe(0);
    expect(paged.device.waiting).toEqual([]);
    paged.tryAgain();
    paged.device.fail(0);
    expect(paged.said.filter((text) => text.startsWith('write'))).toEqual([
      'write failing: EIO: i/o error',
    ]);
    paged.settle();
    expect(paged.said).toContain('writing again');
    expect(paged.pool.usedOctets).toBeLessThanOrEqual(BOUND_OCTETS);
    expect(drain(paged, log, 0)).toBe(MESSAGES);
  });

  it('is tried again when its file was just being cut at the time for it', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    const other = paged.newLog();
    fill(log, MESSAGES / 5, 100 * BODY_OCTETS, paged);
    fill(other, MESSAGES);
    paged.device.fail(0);
    log.purge();
    expect(paged.device.waiting.map(({ kind }) => kind)).toEqual(['truncate']);
    paged.tryAgain();
    paged.device.finishAll();
    expect(paged.said.at(-1)).toBe('writing again');
    expect(paged.pool.usedOctets).toBeLessThanOrEqual(BOUND_OCTETS);
    expect(drain(paged, other, 0)).toBe(MESSAGES);
  });

  it('is tried again until it gives back what it has taken', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    let first = 0;
    while (log.headIsHere) {
      log.discardHead();
      first++;
    }
    while (paged.device.waiting.length > 0) paged.device.fail(0);
    expect(log.headIsHere).toBe(false);
    expect(paged.said.filter((text) => text !== 'congested' && text !== 'relieved')).toContain(
      'read failing: EIO: i/o error',
    );
    paged.tryAgain();
    expect(drain(paged, log, first)).toBe(MESSAGES);
    expect(paged.said.at(-1)).toBe('reading again');
  });

  it('is given up when it never gives back what is nowhere else', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    const away = log.pagedOutCount;
    let first = 0;
    while (log.headIsHere) {
      log.discardHead();
      first++;
    }
    const failing = log.readyCount;
    for (let tries = 0; tries < 1000 && log.pagedOutCount > 0; tries++) {
      while (paged.device.waiting.length > 0) paged.device.fail(0);
      paged.tryAgain();
    }
    expect(log.headIsHere).toBe(true);
    expect(paged.said).toContain('reading again');
    const lost = failing - log.readyCount;
    expect(lost).toBe(away);
    expect(log.readyOctets).toBe(log.readyCount * BODY_OCTETS);
    expect(drain(paged, log, first + lost)).toBe(MESSAGES);
    expect([paged.pool.usedOctets, paged.pager.storedOctets]).toEqual([0, 0]);
  });

  it('is not believed what it gives back when that is not what it was given', () => {
    const paged = new PagedLogs(BOUND_OCTETS);
    const log = paged.newLog();
    fill(log, MESSAGES, BODY_OCTETS, paged);
    const whole = Buffer.from(paged.device.file);
    paged.device.file.fill(0xff);
    while (log.headIsHere) log.discardHead();
    paged.device.finish(0);
    expect(log.headIsHere).toBe(false);
    expect(paged.said.at(-1)).toBe('read failing: its checksum is wrong');
    paged.device.file = whole;
    paged.tryAgain();
    paged.device.finishAll();
    expect(log.headIsHere).toBe(true);
  });
});
