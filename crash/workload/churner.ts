import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { queueRule } from '../model/queue-rule.ts';
import type { Declaration, Entity } from '../model/topology.ts';
import type { Dice } from './dice.ts';
import { randomPublication, sendConfirmed } from './publishing.ts';
import { receive } from './receiving.ts';
import { pause, type Run } from './run.ts';
import { TopologyClient } from './topology-client.ts';

/** Names are few, so that the same ones come again with other properties. */
const QUEUES = 4;
const EXCHANGES = 2;
const KEYS: readonly string[] = ['a', 'b'];
const BURST_MAX = 20;

/** Arguments that are compared after a restart and let messages be where they are. */
const ARGUMENTS: readonly Declaration['arguments'][] = [
  {},
  { 'x-max-length': 1_000_000 },
  { 'x-message-ttl': 3_600_000 },
  { 'x-expires': 3_600_000 },
];

/** Declares, binds, uses, unbinds and deletes queues and exchanges that are its own. */
export async function churn(run: Run, name: string): Promise<void> {
  const connection = await run.connect();
  const channel = await run.confirmChannel(connection);
  const churner = new Churner(run, connection, channel, name);
  await run.play(name, async (dice) => {
    await churner.act(dice);
    await pause(dice.mostlySmall(0, 6));
  });
  await run.close(channel);
}

class Churner {
  private readonly run: Run;
  private readonly connection: ChannelModel;
  private readonly channel: ConfirmChannel;
  private readonly client: TopologyClient;
  private readonly name: string;

  constructor(run: Run, connection: ChannelModel, channel: ConfirmChannel, name: string) {
    this.run = run;
    this.connection = connection;
    this.channel = channel;
    this.client = new TopologyClient(run.topology, run.ledger, channel);
    this.name = name;
  }

  async act(dice: Dice): Promise<void> {
    const queue = this.existing('queues', `${this.name}.q${dice.below(QUEUES)}`);
    const exchange = this.existing('exchanges', `${this.name}.x${dice.below(EXCHANGES)}`);
    const key = dice.pick(KEYS);
    if (typeof queue === 'string') return this.declareQueue(queue, dice);
    if (typeof exchange === 'string') return this.declareExchange(exchange, dice);
    switch (dice.below(12)) {
      case 0:
        return this.client.deleteQueue(queue);
      case 1:
        return this.client.deleteExchange(exchange);
      case 2:
      case 3:
        return this.client.bind(exchange.name, queue.name, key);
      case 4:
        return this.client.unbind(exchange.name, queue.name, key);
      case 5:
        return this.purge(queue);
      case 6:
        return this.declareQueue(queue.name, dice, queue.declaration);
      case 7:
      case 8:
        return this.get(queue.name, dice);
      default:
        return this.publish(exchange.name, key, queue.name, dice);
    }
  }

  /** The entity, or its name if it isn't there. */
  private existing(kind: 'queues' | 'exchanges', name: string): Entity | string {
    const entity = this.run.topology[kind].get(name);
    return entity?.existence === 'there' ? entity : name;
  }

  private declareQueue(name: string, dice: Dice, again?: Declaration): Promise<void> {
    const kind = dice.below(10);
    const declaration = again ?? {
      type: '',
      durable: kind > 2,
      autoDelete: kind === 0,
      exclusive: kind === 1 || kind === 3,
      arguments: dice.pick(ARGUMENTS),
    };
    return this.client.declareQueue(name, declaration);
  }

  private declareExchange(name: string, dice: Dice): Promise<void> {
    const durable = dice.chance(0.7);
    return this.client.declareExchange(name, {
      type: 'direct',
      durable,
      autoDelete: false,
      exclusive: false,
      arguments: {},
    });
  }

  /** Nobody else consumes from these queues: with Purge-Ok they are empty. */
  private async purge({ name }: Entity): Promise<void> {
    await this.client.purge(name);
    this.run.ledger.purged(name, this.name);
  }

  private async publish(exchange: string, key: string, queue: string, dice: Dice): Promise<void> {
    const { run, channel } = this;
    const isDefault = dice.chance(0.4);
    const names = isDefault ? [queue] : run.topology.route(exchange, key);
    const target = {
      exchange: isDefault ? '' : exchange,
      key: isDefault ? queue : key,
      queues: names.map((name) => queueRule(name, { durable: this.isDurable(name) })),
      isForTransactions: true,
    };
    for (let burst = dice.mostlySmall(1, BURST_MAX); burst > 0; burst--) {
      const publication = { ...randomPublication(dice, this.name, target), ttlMs: Infinity };
      sendConfirmed(run.ledger, channel, publication);
    }
    if (dice.chance(0.5)) await channel.waitForConfirms();
  }

  private async get(queue: string, dice: Dice): Promise<void> {
    const { run } = this;
    run.ledger.consuming(queue);
    // On a channel of its own, whose end gives back what wasn't settled.
    const channel: Channel = await run.channel(this.connection);
    for (let wanted = dice.mostlySmall(1, BURST_MAX); wanted > 0; wanted--) {
      const delivery = await channel.get(queue);
      if (delivery === false) break;
      const sighting = receive(run, queue, delivery);
      if (sighting === null || dice.chance(0.2)) continue;
      run.ledger.settling(sighting, 'ack', `${this.name}.get`);
      channel.ack(delivery);
    }
    await run.close(channel);
    run.ledger.consumed(queue);
  }

  private isDurable(queue: string): boolean {
    return this.run.topology.queues.get(queue)?.isDurable === true;
  }
}
