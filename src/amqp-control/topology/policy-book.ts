import { combineRules, NO_RULES, type QueueRules } from '../queues/queue-rules.ts';
import { type Policy, type PolicyKind, type PolicyRequest, parsePolicy } from './policy.ts';

/** Something is said by a policy. */
export type PolicyChange =
  | { readonly kind: 'policyPut'; readonly vhost: string; readonly policy: Policy }
  | { readonly kind: 'policyDeleted'; readonly vhost: string; readonly policy: Policy };

/** The policies that apply to a queue or an exchange; null = none. */
export interface AppliedPolicies {
  readonly policy: Policy | null;
  readonly operatorPolicy: Policy | null;
}

export const NO_POLICIES: AppliedPolicies = { policy: null, operatorPolicy: null };

const QUEUE_TARGETS: readonly string[] = ['all', 'queues', 'classic_queues'];
const EXCHANGE_TARGETS: readonly string[] = ['all', 'exchanges'];

/** The policies of one vhost. */
export class PolicyBook {
  readonly observers = new Set<(change: PolicyChange) => void>();
  private readonly vhost: string;
  private readonly books: Readonly<Record<PolicyKind, Map<string, Policy>>> = {
    policy: new Map(),
    'operator policy': new Map(),
  };
  /** The same, the ones that count first. */
  private sorted: Readonly<Record<PolicyKind, readonly Policy[]>> = {
    policy: [],
    'operator policy': [],
  };

  constructor(vhost: string) {
    this.vhost = vhost;
  }

  /** By name. */
  policies(kind: PolicyKind): ReadonlyMap<string, Policy> {
    return this.books[kind];
  }

  /** Makes a policy, or changes the one of that name. @throws PolicyError */
  put(kind: PolicyKind, request: PolicyRequest): Policy {
    const policy = parsePolicy(kind, request);
    this.books[kind].set(policy.name, policy);
    this.changed({ kind: 'policyPut', vhost: this.vhost, policy });
    return policy;
  }

  /** @returns false if there is none of that name */
  delete(kind: PolicyKind, name: string): boolean {
    const policy = this.books[kind].get(name);
    if (policy === undefined) return false;
    this.books[kind].delete(name);
    this.changed({ kind: 'policyDeleted', vhost: this.vhost, policy });
    return true;
  }

  forQueue(name: string): AppliedPolicies {
    return this.matching(name, QUEUE_TARGETS);
  }

  forExchange(name: string): AppliedPolicies {
    return this.matching(name, EXCHANGE_TARGETS);
  }

  private matching(name: string, targets: readonly string[]): AppliedPolicies {
    const find = (kind: PolicyKind) =>
      this.sorted[kind].find(
        ({ applyTo, expression }) => targets.includes(applyTo) && expression.test(name),
      ) ?? null;
    return { policy: find('policy'), operatorPolicy: find('operator policy') };
  }

  private changed(change: PolicyChange): void {
    const { kind } = change.policy;
    // Of equals the one that was made last, so that the order is a definite one.
    const byPriority = [...this.books[kind].values()].reverse();
    byPriority.sort((a, b) => b.priority - a.priority);
    this.sorted = { ...this.sorted, [kind]: byPriority };
    for (const observer of this.observers) observer(change);
  }
}

/** What the policies say of a queue: the operator's bounds hold on top of the others. */
export function policyRules({ policy, operatorPolicy }: AppliedPolicies): QueueRules {
  return combineRules(operatorPolicy?.rules ?? NO_RULES, policy?.rules ?? NO_RULES);
}
