import { type QueueRule, queueRule } from '../model/queue-rule.ts';

/** What is declared at the beginning and stays: a queue with its arguments. */
export interface Fixture {
  readonly rule: QueueRule;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** Where a publisher sends. */
export interface Target {
  readonly exchange: string;
  readonly key: string;
  readonly queues: readonly QueueRule[];
  /** Whether a transaction may use it: no queue of it refuses messages. */
  readonly isForTransactions: boolean;
}

/** x-message-ttl of the queue that has one, in milliseconds: shorter and longer than a run. */
const TTL_MS = 1500;
const LENGTH = 40;
const REFUSING_LENGTH = 60;
const PRIORITIES = 5;
const FANOUT_QUEUES = 6;

export const FANOUT_EXCHANGE = 'crash.fanout';
export const DIRECT_EXCHANGE = 'crash.direct';
export const DEAD_EXCHANGE = 'crash.dead';

/** Number of priorities that messages are sent with. */
export const PRIORITIES_SENT = PRIORITIES + 2;

const deadLettering = (queue: string) => ({
  'x-dead-letter-exchange': DEAD_EXCHANGE,
  'x-dead-letter-routing-key': queue,
});

function fixture(
  name: string,
  rules: Partial<QueueRule> = {},
  args: Fixture['arguments'] = {},
): Fixture {
  return { rule: queueRule(name, rules), arguments: args };
}

/** A queue that sends its dead letters to one of its own. */
function withDeadLetters(
  name: string,
  rules: Partial<QueueRule> = {},
  args: Fixture['arguments'] = {},
): Fixture[] {
  const deadQueue = `${name}.dead`;
  const source = fixture(name, { ...rules, deadQueue }, { ...args, ...deadLettering(deadQueue) });
  return [source, fixture(deadQueue)];
}

const plain = ['crash.plain.1', 'crash.plain.2', 'crash.plain.3'].map((name) => fixture(name));
const fanout = Array.from({ length: FANOUT_QUEUES }, (_, i) => fixture(`crash.fanout.${i}`));
const transient = fixture('crash.transient', { durable: false });
const priority = fixture(
  'crash.priority',
  { maxPriority: PRIORITIES },
  { 'x-max-priority': PRIORITIES },
);
const singleActive = fixture('crash.single', {}, { 'x-single-active-consumer': true });
const expiring = withDeadLetters('crash.ttl', { ttlMs: TTL_MS }, { 'x-message-ttl': TTL_MS });
const limited = withDeadLetters('crash.length', { maxLength: LENGTH }, { 'x-max-length': LENGTH });
const dropping = fixture('crash.dropping', { maxLength: LENGTH }, { 'x-max-length': LENGTH });
const rejecting = withDeadLetters('crash.rejecting');
const refusing = fixture(
  'crash.refusing',
  { maxLength: REFUSING_LENGTH, refusesWhenFull: true },
  { 'x-max-length': REFUSING_LENGTH, 'x-overflow': 'reject-publish' },
);

/** All queues that stay. */
export const FIXTURES: readonly Fixture[] = [
  ...plain,
  ...fanout,
  transient,
  priority,
  singleActive,
  ...expiring,
  ...limited,
  dropping,
  ...rejecting,
  refusing,
];

/** The queues of FIXTURES that are bound to FANOUT_EXCHANGE. */
export const FANOUT_FIXTURES: readonly Fixture[] = fanout;

/** The queues of FIXTURES that are bound to DIRECT_EXCHANGE, with their names as keys. */
export const DIRECT_FIXTURES: readonly Fixture[] = [...plain, transient, priority];

/** The queues of FIXTURES that are bound to DEAD_EXCHANGE, with their names as keys. */
export const DEAD_FIXTURES: readonly Fixture[] = [expiring[1], limited[1], rejecting[1]];

const toQueue = ({ rule }: Fixture): Target => ({
  exchange: '',
  key: rule.name,
  queues: [rule],
  isForTransactions: !rule.refusesWhenFull,
});

/** Where publishers send. */
export const TARGETS: readonly Target[] = [
  ...[...plain, transient, priority, singleActive, dropping, refusing].map(toQueue),
  ...[expiring[0], limited[0], rejecting[0]].map(toQueue),
  ...DIRECT_FIXTURES.map((each) => ({ ...toQueue(each), exchange: DIRECT_EXCHANGE })),
  {
    exchange: FANOUT_EXCHANGE,
    key: 'all',
    queues: fanout.map(({ rule }) => rule),
    isForTransactions: true,
  },
];

/** A durable queue without rules: what is sent to it for the sake of its confirm is safe there. */
export const SEALING_TARGET: Target = TARGETS[0];
