import type { Channel, ChannelModel, ConfirmChannel, Message as Delivery } from 'amqplib';
import type { FoundMessage, Snapshot } from '../model/snapshot.ts';
import { bindingName, type Entity, type FoundTopology } from '../model/topology.ts';
import { isBodyOf } from './body.ts';
import { pause, type Run } from './run.ts';

const POLL_MS = 2;
/** Longest time until a queue has delivered everything, in milliseconds. */
const PATIENCE_MS = 60_000;
const PROBE = 'probe';

/** What is there: everything is looked at, and all messages are given back. */
export interface Inspection {
  readonly snapshot: Snapshot;
  readonly topology: FoundTopology;
}

/** Looks at everything that there may be. Nobody else may be connected. */
export async function inspect(run: Run): Promise<Inspection> {
  const connection = await run.connect();
  const { topology } = run;
  const differing: string[] = [];
  const queues = await existing(connection, [...topology.queues.values()], 'queue', differing);
  const exchanges = await existing(
    connection,
    [...topology.exchanges.values()],
    'exchange',
    differing,
  );
  const channel = await run.confirmChannel(connection);
  const look = new Look(run, channel);
  const startedMs = Date.now();
  for (const queue of queues) await look.open(queue);
  for (const queue of queues) await look.emptied(queue);
  const endedMs = Date.now();
  const bindings = await look.bindings(exchanges);
  // Its end gives back what it was sent.
  await channel.close();
  await connection.close();
  return {
    snapshot: { startedMs, endedMs, queues: look.found },
    topology: { queues, exchanges, differing, bindings },
  };
}

/** The names of those that are there; what they were declared with is compared. */
async function existing(
  connection: ChannelModel,
  entities: readonly Entity[],
  kind: 'queue' | 'exchange',
  differing: string[],
): Promise<Set<string>> {
  const names = new Set<string>();
  for (const { name, declaration } of entities) {
    if (!(await succeeds(connection, (channel) => check(channel, kind, name)))) continue;
    names.add(name);
    const { durable, autoDelete } = declaration;
    const isSame = await succeeds(connection, (channel) =>
      kind === 'queue'
        ? channel.assertQueue(name, { ...declaration })
        : channel.assertExchange(name, declaration.type, { durable, autoDelete }),
    );
    if (!isSame) differing.push(`${kind} ${name} has other properties`);
  }
  return names;
}

function check(channel: Channel, kind: 'queue' | 'exchange', name: string): Promise<unknown> {
  return kind === 'queue' ? channel.checkQueue(name) : channel.checkExchange(name);
}

/** Whether the broker does it, on a channel of its own: a refusal ends the channel. */
async function succeeds(
  connection: ChannelModel,
  work: (channel: Channel) => Promise<unknown>,
): Promise<boolean> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  try {
    await work(channel);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 404 || error.code === 406)) {
      return false;
    }
    throw error;
  }
  await channel.close();
  return true;
}

/** A consumer on every queue, which keeps what comes. */
class Look {
  readonly found = new Map<string, FoundMessage[]>();
  private readonly run: Run;
  private readonly channel: ConfirmChannel;
  /** Probes that came: names of bindings. */
  private readonly bound = new Set<string>();
  private readonly probes = new Map<string, readonly [exchange: string, key: string]>();

  constructor(run: Run, channel: ConfirmChannel) {
    this.run = run;
    this.channel = channel;
  }

  async open(queue: string): Promise<void> {
    const messages: FoundMessage[] = [];
    this.found.set(queue, messages);
    this.run.ledger.consuming(queue);
    await this.channel.consume(queue, (delivery) => {
      if (delivery !== null && !this.isProbe(queue, delivery))
        messages.push(foundMessage(delivery));
    });
  }

  /** Resolves when the queue has delivered everything. */
  async emptied(queue: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await this.channel.checkQueue(queue)).messageCount > 0) {
      if (Date.now() > deadline) throw new Error(`${queue} doesn't deliver what it has`);
      await pause(POLL_MS);
    }
  }

  /** The names of the bindings that a message finds. */
  async bindings(exchanges: Iterable<string>): Promise<Set<string>> {
    const { channel, probes } = this;
    for (const exchange of exchanges) {
      for (const key of this.run.topology.keysOf(exchange)) {
        const messageId = `${PROBE} ${probes.size}`;
        probes.set(messageId, [exchange, key]);
        channel.publish(exchange, key, Buffer.alloc(0), { messageId });
      }
    }
    await channel.waitForConfirms();
    // Answers come behind the deliveries.
    for (const queue of this.found.keys()) await channel.checkQueue(queue);
    return this.bound;
  }

  private isProbe(queue: string, delivery: Delivery): boolean {
    const probe = this.probes.get(String(delivery.properties.messageId));
    if (probe === undefined) return false;
    const [exchange, key] = probe;
    this.bound.add(bindingName(exchange, queue, key));
    this.channel.ack(delivery);
    return true;
  }
}

function foundMessage({ properties, fields, content }: Delivery): FoundMessage {
  const id = String(properties.messageId);
  return { id, redelivered: fields.redelivered, isWhole: isBodyOf(id, content) };
}
