import { describe, expect, it } from 'vitest';
import type { FeedInfo } from '../../src/page/api/direct-types.ts';
import { DirectFlow } from '../../src/page/model/direct-flow.ts';
import { FeedWatch } from '../../src/page/model/feed-watch.ts';

const feed = (queue: string, change: Partial<FeedInfo> = {}): FeedInfo => ({
  id: queue.charCodeAt(0),
  queue,
  vhost: '/',
  connection: 'c',
  backlog_messages: 0,
  backlog_octets: 0,
  dropped: 0,
  warned: false,
  delivered: 0,
  ...change,
});

describe('feeds', () => {
  it('that lose messages now come first, then slow ones, then those that once did', () => {
    const watch = new FeedWatch();
    watch.read(
      [feed('a'), feed('b', { dropped: 5 }), feed('c', { warned: true }), feed('d')],
      1000,
    );
    const readings = watch.read(
      [
        feed('a'),
        feed('b', { dropped: 5 }),
        feed('c', { warned: true }),
        feed('d', { dropped: 200, warned: true }),
      ],
      2000,
    );
    expect(readings.map(({ feed: { queue }, state }) => `${queue} ${state}`)).toEqual([
      'd dropping',
      'c behind',
      'b dropped',
      'a well',
    ]);
    expect(readings[0]?.droppedPerSecond).toBe(200);
  });

  it('in equal trouble are in the order of their backlogs', () => {
    const readings = new FeedWatch().read(
      [feed('a', { backlog_octets: 1 }), feed('b', { backlog_octets: 9 })],
      1000,
    );
    expect(readings.map(({ feed: { queue } }) => queue)).toEqual(['b', 'a']);
  });

  it('are read once for each poll', () => {
    const watch = new FeedWatch();
    watch.read([feed('a', { delivered: 0 })], 1000);
    watch.read([feed('a', { delivered: 50 })], 2000);
    const [reading] = watch.read([feed('a', { delivered: 50 })], 2000);
    expect(reading?.deliveredPerSecond).toBe(50);
    expect(reading?.backlog).toEqual([0, 0]);
  });
});

describe('what Direct Mode carries', () => {
  it('is the sum of what its sinks and feeds counted since the poll before', () => {
    const sink = (id: number, messages: number) => ({
      id,
      exchange: 'e',
      vhost: '/',
      connection: 'c',
      thread: 'shard-0',
      messages,
    });
    const flow = new DirectFlow();
    flow.read([sink(1, 100), sink(2, 0)], [feed('a', { delivered: 5 })], 1000);
    const second = [sink(1, 300), sink(2, 50)];
    const rates = flow.read(second, [feed('a', { delivered: 15 })], 3000);
    expect(rates).toEqual({ in: 125, out: 5 });
    expect(flow.read(second, [], 3000)).toBe(rates);
  });
});
