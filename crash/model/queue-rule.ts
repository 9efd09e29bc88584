/** What the model knows of a queue: what may happen to messages in it without anybody's doing. */
export interface QueueRule {
  readonly name: string;
  readonly durable: boolean;
  /** x-message-ttl in milliseconds, Infinity for none. */
  readonly ttlMs: number;
  /** x-max-length, Infinity for none. */
  readonly maxLength: number;
  /** Full means that new messages are refused, and not that old ones are dropped. */
  readonly refusesWhenFull: boolean;
  /** Where what is rejected, has expired or was dropped goes; null for nowhere. */
  readonly deadQueue: string | null;
  /** x-max-priority; 0 for a queue without. */
  readonly maxPriority: number;
}

/** A durable queue without rules, but for those given. */
export function queueRule(name: string, rules: Partial<QueueRule> = {}): QueueRule {
  return {
    name,
    durable: true,
    ttlMs: Infinity,
    maxLength: Infinity,
    refusesWhenFull: false,
    deadQueue: null,
    maxPriority: 0,
    ...rules,
  };
}
