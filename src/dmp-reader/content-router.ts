import { hasMoreKeys, invalidKeys, moreKeys, withoutBcc } from '../routing/sender-selected.ts';
import {
  CONTENT_HEARTBEAT,
  CONTENT_INCOMPLETE,
  ContentCursor,
  contentErrorText,
  cursorToView,
  OPTION_IMMEDIATE,
  OPTION_MANDATORY,
  parseContent,
} from '../wire/dmp-content.ts';
import { readHeaders, withExchange } from '../wire/message-edit.ts';
import { MessageView } from '../wire/message-view.ts';
import { octetsEqual, shortstrText } from '../wire/octets.ts';
import { FLAG_USER_ID, propertyAt } from '../wire/properties.ts';
import type { ContentSource } from './content-source.ts';
import { LastKey } from './last-key.ts';
import type { LeasedSink } from './leased-sink.ts';
import type { Plan } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
import type { ReaderTally } from './reader-tally.ts';
import { RewrittenContents } from './rewritten-contents.ts';
import { Run } from './run.ts';
import { SimilarContents } from './similar-contents.ts';

/** The content names an exchange that its sink isn't leased for. Besides parseContent's errors. */
const OTHER_EXCHANGE = -100;
/** The content claims to be from another user. */
const OTHER_USER = -101;
/** Its user may not use the content's routing key. */
const FORBIDDEN_KEY = -102;
/** The content's CC or BCC header is no array of strings. */
const INVALID_KEYS = -103;
const NO_FAULT = CONTENT_INCOMPLETE;

/** In the first octet of the property flags: there are headers, which routes may depend on. */
const HEADERS_BIT = 0x20;
/** In the second octet of the property flags: there is a user-id. */
const USER_ID_BIT = FLAG_USER_ID & 0xff;
const OPTIONS_TO_RETURN = OPTION_IMMEDIATE | OPTION_MANDATORY;
const NOTHING = -1;

/**
 * Walks the contents of one sink after the other, finds out where they go, and makes runs of them.
 *
 * Publishers repeat themselves, so most contents are never looked at closely (SimilarContents). Of
 * the rest, one with the routing key of the one before goes the same way unless it has headers, and
 * what remains is parsed and routed. Between two calls of `route` routes may change.
 */
export class ContentRouter {
  readonly run: Run;
  /** What is wrong with the content that the last `route` ended at: NO_FAULT, or an error. */
  private fault = NO_FAULT;
  private readonly plans: PlanBook;
  private readonly tally: ReaderTally;
  private readonly maxContentOctets: number;
  private readonly rewritten: RewrittenContents;
  private readonly cursor = new ContentCursor();
  private readonly view = new MessageView();
  /** Forgotten if the content before can't be compared with. */
  private readonly lastKey = new LastKey();
  private readonly similar: SimilarContents;
  /** The name of the exchange in a content before, known to be right; or NOTHING. */
  private exchangeAt = 0;
  private exchangeOctets = NOTHING;
  /** What goes on in place of the content at the cursor; null if that does. */
  private substitute: MessageView | null = null;

  /** @param maxContentOctets the largest content accepted, its size field included */
  constructor(plans: PlanBook, maxContentOctets: number, tally: ReaderTally) {
    this.run = new Run(plans.recordMaxOctets, tally);
    this.tally = tally;
    this.plans = plans;
    this.maxContentOctets = maxContentOctets;
    this.rewritten = new RewrittenContents(this.run);
    this.similar = new SimilarContents(this.run, plans, this.lastKey, maxContentOctets);
  }

  /** What was wrong with the content that the last `route` ended at, or null. */
  get faultText(): string | null {
    if (this.fault === NO_FAULT) return null;
    if (this.fault === OTHER_EXCHANGE) return 'content for an exchange other than the leased one';
    if (this.fault === OTHER_USER) return "content with another user's user-id";
    if (this.fault === FORBIDDEN_KEY) return 'content with a routing key that its user may not use';
    if (this.fault === INVALID_KEYS) return 'content with an invalid CC or BCC header';
    return contentErrorText(this.fault);
  }

  /**
   * Appends the contents in [from, end) of `source` to the rings that they are for. Sets their
   * options to 0. Afterwards `run.blocked` says whether a ring is full.
   * @returns the offset of the first octet that hasn't been dealt with: the beginning of a content
   *   that is incomplete, faulty (`faultText`), or in no run because the run is blocked
   */
  route(sink: LeasedSink, source: ContentSource, from: number, end: number): number {
    this.fault = NO_FAULT;
    this.exchangeOctets = NOTHING;
    this.lastKey.forget();
    this.view.envelope = source.octets;
    this.rewritten.reset();
    const next = this.walk(sink, source, from, end);
    // What is wrong behind a run that is blocked will be found again.
    if (!this.run.flush()) this.fault = NO_FAULT;
    else if (this.fault !== NO_FAULT) this.tally.protocolError();
    this.tally.batch(next - from);
    return next;
  }

  /** Adds the contents in [from, end) to runs; returns what `route` does. */
  private walk(sink: LeasedSink, source: ContentSource, from: number, end: number): number {
    const { run, cursor, lastKey, similar } = this;
    const b = source.octets;
    let at = from;
    for (;;) {
      const taken = parseContent(b, at, end, this.maxContentOctets, cursor);
      if (taken === CONTENT_HEARTBEAT) {
        at += taken;
        continue;
      }
      if (taken <= 0) {
        this.fault = taken;
        return at;
      }
      const plan = this.planFor(sink, source);
      if (plan === null) return at;
      if ((b[cursor.propertiesAt + 1] & USER_ID_BIT) !== 0 && !this.isFromUser(sink, b)) {
        this.fault = OTHER_USER;
        return at;
      }
      const next = at + taken;
      if (this.substitute !== null) {
        if (!this.addSubstitute(sink, this.substitute, b, plan)) return at;
        at = next;
        continue;
      }
      if (b[cursor.optionsAt] !== 0 || (b[cursor.exchangeAt] === 0 && !sink.isDefault)) {
        if (!this.addUnusual(sink, source, at, next, plan)) return at;
        at = next;
        continue;
      }
      if (!run.add(source, at, next, plan)) return at;
      at = similar.addRepeats(source, at, cursor.bodyAt, next, end);
      // Routes may depend on headers; and not every key may be allowed.
      if (!lastKey.isForgotten && sink.topics === null) {
        at = similar.add(sink, source, cursor, at, end);
      }
    }
  }

  /** The plan for the content at the cursor; null, and `fault` set, if it may not be published. */
  private planFor(sink: LeasedSink, source: ContentSource): Plan | null {
    const { lastKey } = this;
    const { exchangeAt, routingKeyAt, propertiesAt } = this.cursor;
    if (!this.namesExchange(sink, source, routingKeyAt - exchangeAt)) {
      this.fault = OTHER_EXCHANGE;
      return null;
    }
    const keyOctets = propertiesAt - routingKeyAt;
    const hasHeaders = (source.octets[propertiesAt] & HEADERS_BIT) !== 0;
    if (!hasHeaders && lastKey.is(source, routingKeyAt, keyOctets)) return lastKey.plan;
    if (sink.topics !== null && !sink.topics.test(shortstrText(source.octets, routingKeyAt))) {
      this.fault = FORBIDDEN_KEY;
      return null;
    }
    this.substitute = null;
    if (hasHeaders) {
      lastKey.forget();
      return hasMoreKeys(source.octets, propertiesAt)
        ? this.findPlanByMoreKeys(sink, source.octets)
        : this.findPlan(sink);
    }
    const plan = this.findPlan(sink);
    lastKey.set(routingKeyAt, keyOctets, plan);
    return plan;
  }

  /** Whether the content at the cursor names the sink's exchange, or none. */
  private namesExchange(sink: LeasedSink, source: ContentSource, octets: number): boolean {
    const { exchangeAt } = this.cursor;
    if (octets === this.exchangeOctets && source.sameOctets(this.exchangeAt, exchangeAt, octets)) {
      return true;
    }
    const b = source.octets;
    const { exchangeName } = sink;
    if (b[exchangeAt] !== 0 && !octetsEqual(exchangeName, 0, b, exchangeAt, exchangeName.length)) {
      return false;
    }
    this.exchangeAt = exchangeAt;
    this.exchangeOctets = octets;
    return true;
  }

  /** Whether the user-id of the content at the cursor is the publisher's, as it must be. */
  private isFromUser(sink: LeasedSink, b: Buffer): boolean {
    const { user } = sink;
    if (user === null) return true;
    const at = propertyAt(b, this.cursor.propertiesAt, FLAG_USER_ID);
    return octetsEqual(user, 0, b, at, user.length);
  }

  private findPlan(sink: LeasedSink): Plan {
    const { cursor, view } = this;
    // Routes depend on nothing else, and setting all of the view would take as long as they do.
    view.routingKeyAt = cursor.routingKeyAt;
    view.propertiesAt = cursor.propertiesAt;
    view.propertiesEnd = cursor.optionsAt;
    return this.plans.planFor(sink.graph.routeFrom(sink.exchange, view), sink.origin);
  }

  /**
   * The plan for the content at the cursor, which is routed by the keys of its CC and BCC headers,
   * too. Who gets it doesn't see the latter: `substitute` goes on then.
   * @returns null, and `fault` set, if it may not be published
   */
  private findPlanByMoreKeys(sink: LeasedSink, b: Buffer): Plan | null {
    const view = new MessageView();
    cursorToView(b, this.cursor, view);
    const headers = readHeaders(view);
    if (invalidKeys(headers) !== null) {
      this.fault = INVALID_KEYS;
      return null;
    }
    const keys = moreKeys(headers);
    const { topics } = sink;
    if (topics !== null && !keys.every((key) => topics.test(key))) {
      this.fault = FORBIDDEN_KEY;
      return null;
    }
    if (headers.BCC !== undefined) {
      const message = withoutBcc(view, headers);
      this.substitute =
        b[view.exchangeAt] === 0 ? withExchange(message, sink.exchangeName) : message;
    }
    return this.plans.planFor(sink.graph.routeKeysFrom(sink.exchange, keys, view), sink.origin);
  }

  /** Adds `message` in place of the content at the cursor. @returns false if the run is blocked */
  private addSubstitute(
    sink: LeasedSink,
    message: MessageView,
    b: Buffer,
    usualPlan: Plan,
  ): boolean {
    const plan = planWithOptions(sink, usualPlan, b[this.cursor.optionsAt]);
    return this.rewritten.addMessage(message, plan, plan !== usualPlan);
  }

  /** Adds a content that has options or lacks a name. @returns false if the run is in the way */
  private addUnusual(
    sink: LeasedSink,
    source: ContentSource,
    from: number,
    to: number,
    usualPlan: Plan,
  ): boolean {
    const { run, cursor } = this;
    const b = source.octets;
    const plan = planWithOptions(sink, usualPlan, b[cursor.optionsAt]);
    const apart = plan !== usualPlan;
    if (b[cursor.exchangeAt] === 0 && !sink.isDefault) {
      return this.rewritten.addRenamed(sink.exchangeName, source, cursor, plan, apart);
    }
    const added = apart ? run.addApart(source, from, to, plan) : run.add(source, from, to, plan);
    // Not before: a content that isn't added now will be parsed again.
    if (added) b[cursor.optionsAt] = 0;
    return added;
  }
}

/** The plan of a content with these options; contents with another plan than `plan` go apart. */
function planWithOptions(sink: LeasedSink, plan: Plan, options: number): Plan {
  if ((options & OPTIONS_TO_RETURN) === 0) return plan;
  if (!plan.routable) return sink.unroutedPlan;
  return (options & OPTION_IMMEDIATE) === 0 ? plan : sink.immediatePlan(plan);
}
