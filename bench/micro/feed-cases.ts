import { Feed, type FeedSettings } from '../../src/dmp-writer/feed.ts';
import type { FeedEvents } from '../../src/dmp-writer/feed-report.ts';
import { WriterContext } from '../../src/dmp-writer/writer-context.ts';
import { blockAt, CounterBlock, CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { encodeBlock, encodeDirect, fillerBody } from '../workload/encode.ts';
import type { MicroCase } from './micro-case.ts';

const BATCH_OCTETS = 32 * 1024;
const RECORDS = 256;
const UNLIMITED = 2 ** 31 - 1;

/** Runs of contents handed to a feed whose socket takes everything: what batching costs. */
export function feedCases(): MicroCase[] {
  return [1, 10, 100].map(deliverRuns);
}

function deliverRuns(contents: number): MicroCase {
  const body = fillerBody(16);
  const block = encodeBlock(['bench.0'], (key) => encodeDirect('bench.exchange.0', key, body));
  const end = contents * block.messageOctets;
  const feed = createFeed();
  return {
    name: `feed: deliver a run of ${contents} contents of ${block.messageOctets} octets`,
    operations: RECORDS,
    run: () => {
      for (let i = 0; i < RECORDS; i++) feed.deliver(block.octets, 0, end, contents);
      feed.flush();
    },
  };
}

function createFeed(): Feed {
  const page = CounterPage.create(['writer']);
  const counters = new CounterBlock(page.buffer, blockAt(0));
  const context = new WriterContext(BATCH_OCTETS, counters, SILENT);
  const limits = {
    warnMessages: UNLIMITED,
    warnOctets: UNLIMITED,
    dropMessages: UNLIMITED,
    dropOctets: UNLIMITED,
  };
  const settings: FeedSettings = { limits, padShort: false, meter: Meter.create('feed').buffer };
  return new Feed(0, { write: (_octets, _at, length) => length }, settings, context);
}

const SILENT: FeedEvents = {
  onFeedWarn: () => {},
  onFeedDropping: () => {},
  onFeedGone: () => {},
  onFencePassed: () => {},
  onMarkReached: () => {},
  onBarrierOverdue: () => {},
};
