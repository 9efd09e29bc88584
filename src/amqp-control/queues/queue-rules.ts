import type { RuleReader } from './rule-reader.ts';

/** What happens to a publication that a full queue cannot take. */
export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/**
 * What arguments and policies can say of a queue, and every setting of it that a policy can change
 * while it exists. Infinity = no limit, null = nothing is said.
 */
export interface QueueRules {
  readonly messageTtlMs: number;
  readonly expiresMs: number;
  readonly maxLength: number;
  readonly maxLengthOctets: number;
  /** Null = drop-head. */
  readonly overflow: Overflow | null;
  readonly deadLetterExchange: string | null;
  readonly deadLetterRoutingKey: string | null;
  /** The feed's limits where they differ from the broker's (DMP section 5), null where not. */
  readonly feedWarnMessages: number | null;
  readonly feedWarnOctets: number | null;
  readonly feedDropMessages: number | null;
  readonly feedDropOctets: number | null;
}

/** A queue that is bounded by nothing but the broker. */
export const NO_RULES: QueueRules = {
  messageTtlMs: Infinity,
  expiresMs: Infinity,
  maxLength: Infinity,
  maxLengthOctets: Infinity,
  overflow: null,
  deadLetterExchange: null,
  deadLetterRoutingKey: null,
  feedWarnMessages: null,
  feedWarnOctets: null,
  feedDropMessages: null,
  feedDropOctets: null,
};

/** Names of the rules, as policies write them; arguments have `x-` in front. */
export const QUEUE_RULE_NAMES = [
  'message-ttl',
  'expires',
  'max-length',
  'max-length-bytes',
  'overflow',
  'dead-letter-exchange',
  'dead-letter-routing-key',
  'feed-warn-messages',
  'feed-warn-octets',
  'feed-drop-messages',
  'feed-drop-octets',
] as const;

/** Those of them that bound something: of several that apply the least counts. */
export const BOUNDING_RULE_NAMES: readonly string[] = QUEUE_RULE_NAMES.filter(
  (name) => name !== 'overflow' && !name.startsWith('dead-letter-'),
);

/**
 * Longest time span accepted, in milliseconds: RabbitMQ's limit for TTLs and expiries, 2^32 - 1.
 */
const TIME_SPAN_MAX_MS = 0xffffffff;

const OVERFLOWS: readonly Overflow[] = ['drop-head', 'reject-publish', 'reject-publish-dlx'];

/** @throws what the reader throws for a value of the wrong type or range */
export function readQueueRules(read: RuleReader): QueueRules {
  return {
    messageTtlMs: read.count('message-ttl', 0, TIME_SPAN_MAX_MS) ?? Infinity,
    expiresMs: read.count('expires', 1, TIME_SPAN_MAX_MS) ?? Infinity,
    maxLength: read.count('max-length', 0, Number.MAX_SAFE_INTEGER) ?? Infinity,
    maxLengthOctets: read.count('max-length-bytes', 0, Number.MAX_SAFE_INTEGER) ?? Infinity,
    overflow: read.word('overflow', OVERFLOWS),
    deadLetterExchange: read.text('dead-letter-exchange'),
    deadLetterRoutingKey: read.text('dead-letter-routing-key'),
    feedWarnMessages: read.count('feed-warn-messages', 1, Number.MAX_SAFE_INTEGER),
    feedWarnOctets: read.count('feed-warn-octets', 1, Number.MAX_SAFE_INTEGER),
    feedDropMessages: read.count('feed-drop-messages', 1, Number.MAX_SAFE_INTEGER),
    feedDropOctets: read.count('feed-drop-octets', 1, Number.MAX_SAFE_INTEGER),
  };
}

/** Both together: of bounds the lower one counts, of the rest what `first` says, if anything. */
export function combineRules(first: QueueRules, second: QueueRules): QueueRules {
  return {
    messageTtlMs: Math.min(first.messageTtlMs, second.messageTtlMs),
    expiresMs: Math.min(first.expiresMs, second.expiresMs),
    maxLength: Math.min(first.maxLength, second.maxLength),
    maxLengthOctets: Math.min(first.maxLengthOctets, second.maxLengthOctets),
    overflow: first.overflow ?? second.overflow,
    deadLetterExchange: first.deadLetterExchange ?? second.deadLetterExchange,
    deadLetterRoutingKey: first.deadLetterRoutingKey ?? second.deadLetterRoutingKey,
    feedWarnMessages: lower(first.feedWarnMessages, second.feedWarnMessages),
    feedWarnOctets: lower(first.feedWarnOctets, second.feedWarnOctets),
    feedDropMessages: lower(first.feedDropMessages, second.feedDropMessages),
    feedDropOctets: lower(first.feedDropOctets, second.feedDropOctets),
  };
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
