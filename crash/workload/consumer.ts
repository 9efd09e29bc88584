import type { ConfirmChannel, Message as Delivery } from 'amqplib';
import { OrderCheck } from '../model/compare.ts';
import type { Settlement, Sighting } from '../model/message.ts';
import { SOURCE } from '../model/places.ts';
import type { Dice } from './dice.ts';
import { FIXTURES, SEALING_TARGET } from './fixtures.ts';
import { sealingPublication, sendConfirmed } from './publishing.ts';
import { receive } from './receiving.ts';
import { pause, type Run } from './run.ts';

const PREFETCH_MAX = 200;
/** Longest time that a consumer stays with a queue, in milliseconds. */
const STAY_MAX_MS = 1500;
/** Deliveries after which a consumer has its settlements sealed. */
const SEAL_EVERY = 50;

interface Held {
  readonly delivery: Delivery;
  readonly sighting: Sighting;
}

/** Consumes from one queue after the other, and settles in all the ways there are. */
export async function consume(run: Run, name: string): Promise<void> {
  const connection = await run.connect();
  // Who never publishes is never blocked.
  const seals = run.dice().chance(0.7);
  await run.play(name, async (dice) => {
    const channel = await run.confirmChannel(connection);
    const { name: queue } = dice.pick(FIXTURES).rule;
    run.ledger.consuming(queue);
    await new Visit(run, channel, name, queue, dice, seals).stay();
    await run.close(channel);
    run.ledger.consumed(queue);
  });
}

/** A consumer's time with one queue, on a channel of its own. */
class Visit {
  private readonly run: Run;
  private readonly channel: ConfirmChannel;
  private readonly name: string;
  private readonly queue: string;
  private readonly dice: Dice;
  private readonly seals: boolean;
  private readonly order: OrderCheck;
  private held: Held[] = [];
  private received = 0;
  /** Probabilities, chosen anew for each visit. */
  private readonly hold: number;
  private readonly refuse: number;

  /** @param seals whether it publishes, so that confirms seal its settlements */
  constructor(
    run: Run,
    channel: ConfirmChannel,
    name: string,
    queue: string,
    dice: Dice,
    seals: boolean,
  ) {
    this.run = run;
    this.channel = channel;
    this.name = name;
    this.queue = queue;
    this.dice = dice;
    this.seals = seals;
    this.order = new OrderCheck(run.ledger, queue);
    this.hold = dice.pick([0.05, 0.3, 0.9]);
    this.refuse = dice.pick([0, 0.1, 0.5]);
  }

  async stay(): Promise<void> {
    const { channel, dice, run } = this;
    if (dice.chance(0.9)) await channel.prefetch(dice.mostlySmall(1, PREFETCH_MAX));
    if (dice.chance(0.2)) {
      await this.get(dice.mostlySmall(1, PREFETCH_MAX));
    } else {
      const { consumerTag } = await channel.consume(this.queue, (delivery) => {
        if (delivery !== null) this.take(delivery);
      });
      const until = Date.now() + dice.mostlySmall(20, STAY_MAX_MS);
      while (Date.now() < until && !run.isOver) {
        await pause(dice.mostlySmall(1, 50));
        this.settleHeld();
      }
      if (dice.chance(0.5)) await channel.cancel(consumerTag);
    }
    if (dice.chance(0.7)) this.settleHeld();
    if (dice.chance(0.5)) this.seal();
  }

  private async get(times: number): Promise<void> {
    for (let i = 0; i < times && !this.run.isOver; i++) {
      const delivery = await this.channel.get(this.queue);
      if (delivery === false) return;
      this.take(delivery);
    }
  }

  private take(delivery: Delivery): void {
    const { dice } = this;
    const sighting = receive(this.run, this.queue, delivery);
    if (sighting === null) return;
    if (!delivery.fields.redelivered && sighting.place === SOURCE) this.order.next(sighting.copy);
    if (dice.chance(this.hold)) this.held.push({ delivery, sighting });
    else this.settleOne({ delivery, sighting });
    if (++this.received % SEAL_EVERY === 0) this.seal();
  }

  private settleOne({ delivery, sighting }: Held): void {
    const { dice, channel } = this;
    const settlement = this.choose();
    this.run.ledger.settling(sighting, settlement, this.name);
    if (settlement === 'ack') channel.ack(delivery);
    else if (dice.chance(0.5)) channel.nack(delivery, false, settlement === 'requeue');
    else channel.reject(delivery, settlement === 'requeue');
  }

  /** What was held back goes one by one or all at once. */
  private settleHeld(): void {
    const { held, dice, channel } = this;
    const last = held.at(-1);
    if (last === undefined || dice.chance(0.3)) return;
    this.held = [];
    if (dice.chance(0.5)) {
      for (const each of held) this.settleOne(each);
      return;
    }
    const settlement = this.choose();
    for (const { sighting } of held) this.run.ledger.settling(sighting, settlement, this.name);
    if (settlement === 'ack') channel.ack(last.delivery, true);
    else channel.nack(last.delivery, true, settlement === 'requeue');
  }

  private choose(): Settlement {
    if (!this.dice.chance(this.refuse)) return 'ack';
    return this.dice.chance(0.5) ? 'requeue' : 'reject';
  }

  private seal(): void {
    const { run, channel, name } = this;
    if (!this.seals) return;
    sendConfirmed(run.ledger, channel, sealingPublication(name, SEALING_TARGET));
  }
}
