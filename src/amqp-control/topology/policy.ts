import type { FieldValue } from '../../wire/field-table.ts';
import {
  BOUNDING_RULE_NAMES,
  QUEUE_RULE_NAMES,
  type QueueRules,
  readQueueRules,
} from '../queues/queue-rules.ts';
import { RuleReader } from '../queues/rule-reader.ts';

/** What a policy can apply to. RabbitMQ's three kinds of queue are accepted: ours are classic. */
export const POLICY_TARGETS = [
  'all',
  'queues',
  'exchanges',
  'classic_queues',
  'quorum_queues',
  'streams',
] as const;
export type PolicyTarget = (typeof POLICY_TARGETS)[number];

/** Made by who administers a vhost, or by who operates the broker, whose bounds always hold. */
export type PolicyKind = 'policy' | 'operator policy';

/** A policy as it is written. */
export interface PolicyRequest {
  readonly name: string;
  /** Regular expression over names of queues or exchanges. */
  readonly pattern: string;
  readonly applyTo: PolicyTarget;
  /** Of several policies that match, the highest counts. */
  readonly priority: number;
  readonly definition: Readonly<Record<string, FieldValue | undefined>>;
}

/** Settings for all queues or exchanges whose name matches, now and later (RabbitMQ's policies). */
export interface Policy extends PolicyRequest {
  readonly kind: PolicyKind;
  readonly expression: RegExp;
  readonly rules: QueueRules;
  readonly alternateExchange: string | null;
}

/** A policy that is not acceptable; the message says why. */
export class PolicyError extends Error {}

const EXCHANGE_RULE_NAMES = ['alternate-exchange'];

/** What RabbitMQ knows and nothing here corresponds to; accepted so that its exports load. */
const WITHOUT_MEANING = [
  'ha-mode',
  'ha-params',
  'ha-sync-mode',
  'ha-promote-on-shutdown',
  'ha-promote-on-failure',
  'ha-sync-batch-size',
  'queue-mode',
  'queue-version',
  'queue-master-locator',
  'queue-leader-locator',
  'federation-upstream',
  'federation-upstream-set',
];

/** @throws PolicyError */
export function parsePolicy(kind: PolicyKind, request: PolicyRequest): Policy {
  const { name, pattern, applyTo, priority, definition } = request;
  const refusal = (problem: string) => new PolicyError(`${kind} '${name}': ${problem}`);
  if (!POLICY_TARGETS.includes(applyTo)) {
    throw refusal(`apply-to '${applyTo}', must be one of ${POLICY_TARGETS.join(', ')}`);
  }
  if (!Number.isInteger(priority)) throw refusal('priority must be an integer');
  const keys = Object.keys(definition);
  if (keys.length === 0) throw refusal('the definition is empty');
  const settable = settableKeys(kind);
  const unknown = keys.find((key) => !settable.includes(key) && !WITHOUT_MEANING.includes(key));
  if (unknown !== undefined) {
    throw refusal(`'${unknown}' can't be set, only ${settable.join(', ')}`);
  }
  const reader = new RuleReader(definition, '', (key, problem) => refusal(`${key}: ${problem}`));
  return {
    kind,
    name,
    pattern,
    applyTo,
    priority,
    definition: { ...definition },
    expression: compile(pattern, refusal),
    rules: readQueueRules(reader),
    alternateExchange: reader.text('alternate-exchange'),
  };
}

/** What in a policy's definition is accepted and has no effect here. */
export function keysWithoutMeaning({ definition }: PolicyRequest): string[] {
  return Object.keys(definition).filter((key) => WITHOUT_MEANING.includes(key));
}

function settableKeys(kind: PolicyKind): readonly string[] {
  if (kind === 'policy') return [...QUEUE_RULE_NAMES, ...EXCHANGE_RULE_NAMES];
  // Operators set bounds; where messages go is the business of the vhost.
  return BOUNDING_RULE_NAMES;
}

function compile(pattern: string, refusal: (problem: string) => PolicyError): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw refusal(`pattern: ${error instanceof Error ? error.message : String(error)}`);
  }
}
