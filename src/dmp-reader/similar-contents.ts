import { CONTENT_SIZE_FIELD, type ContentCursor } from '../wire/dmp-content.ts';
import { FLAGS_SIZE } from '../wire/properties.ts';
import type { ContentSource } from './content-source.ts';
import type { LastKey } from './last-key.ts';
import type { LeasedSink } from './leased-sink.ts';
import type { Plan } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
import { PlanMemo } from './plan-memo.ts';
import type { Run } from './run.ts';

/** Octets of the options and of the body size, which follow the properties. */
const OPTIONS_AND_BODY_SIZE = 4;

/**
 * Adds to runs contents that are like one that was parsed and added: most are. Those that have the
 * octets of its envelope are as valid and go the same way. Those that have its exchange name and
 * its properties, and no options, are valid if their lengths are, and go where their keys lead.
 */
export class SimilarContents {
  private readonly run: Run;
  private readonly plans: PlanBook;
  private readonly lastKey: LastKey;
  private readonly maxSize: number;
  private readonly memos = new WeakMap<LeasedSink['exchange'], PlanMemo>();

  /** @param maxContentOctets the largest content accepted, its size field included */
  constructor(run: Run, plans: PlanBook, lastKey: LastKey, maxContentOctets: number) {
    this.run = run;
    this.plans = plans;
    this.lastKey = lastKey;
    this.maxSize = maxContentOctets - CONTENT_SIZE_FIELD;
  }

  /**
   * Adds contents from `next` on that have the exchange name and the properties of the one at
   * `cursor`, which ends there, has been added, and has neither headers nor options.
   * @returns the offset of the first that isn't one of those, whose key isn't known, or that can't
   *   be added
   */
  add(
    sink: LeasedSink,
    source: ContentSource,
    cursor: ContentCursor,
    next: number,
    end: number,
  ): number {
    const { run, lastKey } = this;
    const { exchange, origin } = sink;
    const { constantRoute } = exchange;
    const constantPlan = constantRoute && this.plans.planFor(constantRoute, origin);
    const memo = this.memoOf(sink);
    const { exchangeAt, propertiesAt: propertiesBefore } = cursor;
    const exchangeOctets = cursor.routingKeyAt - exchangeAt;
    const propertiesOctets = cursor.optionsAt - propertiesBefore;
    const minSize = exchangeOctets + 1 + propertiesOctets + OPTIONS_AND_BODY_SIZE;
    const b = source.octets;
    const flagsHigh = b[propertiesBefore];
    const flagsLow = b[propertiesBefore + 1];
    let at = next;
    for (;;) {
      const restOctets = end - at - CONTENT_SIZE_FIELD;
      if (restOctets < minSize) return at;
      const size = source.word(at);
      if (size > restOctets || size < minSize || size > this.maxSize) return at;
      const contentEnd = at + CONTENT_SIZE_FIELD + size;
      const keyAt = at + CONTENT_SIZE_FIELD + exchangeOctets;
      const keyOctets = 1 + b[keyAt];
      const propertiesAt = keyAt + keyOctets;
      const optionsAt = propertiesAt + propertiesOctets;
      const bodyOctets = contentEnd - optionsAt - OPTIONS_AND_BODY_SIZE;
      if (
        bodyOctets < 0 ||
        // The options, which are none, are the first octet of this word.
        source.word(optionsAt) !== bodyOctets ||
        b[propertiesAt] !== flagsHigh ||
        b[propertiesAt + 1] !== flagsLow ||
        !source.sameOctets(exchangeAt, at + CONTENT_SIZE_FIELD, exchangeOctets) ||
        (propertiesOctets > FLAGS_SIZE &&
          !source.sameOctets(propertiesBefore, propertiesAt, propertiesOctets))
      ) {
        return at;
      }
      let plan: Plan | null = null;
      if (constantPlan === null) {
        plan = memo.findNext(source.view, keyAt + 1, propertiesAt, origin);
      }
      const hasLastKey = plan === null && lastKey.is(source, keyAt, keyOctets);
      if (hasLastKey) plan = lastKey.plan;
      plan ??= constantPlan ?? this.planFor(memo, sink, source, keyAt + 1, propertiesAt);
      if (plan === null || !run.add(source, at, contentEnd, plan)) return at;
      lastKey.set(keyAt, keyOctets, plan);
      at = hasLastKey
        ? this.addRepeats(source, at, contentEnd - bodyOctets, contentEnd, end)
        : contentEnd;
    }
  }

  /**
   * Adds contents from `next` on whose envelopes have the same octets as that of the one in [first,
   * next), which has just been added and whose body is at `bodyAt`. @returns the offset behind them
   */
  addRepeats(
    source: ContentSource,
    first: number,
    bodyAt: number,
    next: number,
    end: number,
  ): number {
    const size = next - first;
    const envelopeOctets = bodyAt - first;
    const lastAt = Math.min(end, this.run.limit) - size;
    let at = next;
    let count = 0;
    while (at <= lastAt && source.sameOctets(at - size, at, envelopeOctets)) {
      at += size;
      count++;
    }
    if (count > 0) this.run.extend(at, count);
    return at;
  }

  /** What is known of the sink's exchange, as far as it is still true. */
  private memoOf({ exchange }: LeasedSink): PlanMemo {
    let memo = this.memos.get(exchange);
    if (memo === undefined) {
      memo = new PlanMemo();
      this.memos.set(exchange, memo);
    }
    memo.keepIfValid(exchange.routesVersion, this.plans.epoch);
    return memo;
  }

  /** The plan for contents with the routing key [from, to), if the key is known; otherwise null. */
  private planFor(
    memo: PlanMemo,
    sink: LeasedSink,
    source: ContentSource,
    from: number,
    to: number,
  ): Plan | null {
    const { exchange, origin } = sink;
    const known = memo.find(source.view, from, to, origin);
    if (known !== null) return known;
    const route = exchange.memo?.lookup(source.octets, from, to) ?? null;
    if (route === null) return null;
    const plan = this.plans.planFor(route, origin);
    // To make a plan can make those before outdated.
    memo.keepIfValid(exchange.routesVersion, this.plans.epoch);
    memo.store(source.view, from, to, plan);
    return plan;
  }
}
