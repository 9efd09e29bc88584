import type { Channel, Message as Delivery } from 'amqplib';
import type { Sighting } from '../model/message.ts';
import { newTransaction } from '../model/transaction-record.ts';
import type { Dice } from './dice.ts';
import { FIXTURES, TARGETS } from './fixtures.ts';
import { randomPublication, sendInTransaction } from './publishing.ts';
import { receive } from './receiving.ts';
import { pause, type Run } from './run.ts';
import { commit, rollback, select } from './transactions.ts';

const PUBLICATIONS_MAX = 12;
const SETTLEMENTS_MAX = 12;
const TRANSACTIONS_PER_CHANNEL = 20;

const targets = TARGETS.filter(({ isForTransactions }) => isForTransactions);

/** Publishes and settles in transactions, of which some are rolled back or left. */
export async function transact(run: Run, name: string): Promise<void> {
  const connection = await run.connect();
  await run.play(name, async (dice) => {
    const channel = await run.channel(connection);
    await select(channel);
    const { name: queue } = dice.pick(FIXTURES).rule;
    run.ledger.consuming(queue);
    for (let i = 0; i < TRANSACTIONS_PER_CHANNEL && !run.isOver; i++) {
      const isLeft = await transactOnce(run, channel, name, queue, dice);
      if (isLeft) break;
      await pause(dice.mostlySmall(0, 10));
    }
    await run.close(channel);
    run.ledger.consumed(queue);
  });
}

/** @returns whether the transaction was left unfinished */
async function transactOnce(
  run: Run,
  channel: Channel,
  name: string,
  queue: string,
  dice: Dice,
): Promise<boolean> {
  const { ledger } = run;
  const held: [Delivery, Sighting][] = [];
  for (let wanted = dice.below(SETTLEMENTS_MAX); wanted > 0 && !run.isOver; wanted--) {
    const delivery = await channel.get(queue);
    if (delivery === false) break;
    const sighting = receive(run, queue, delivery);
    if (sighting !== null) held.push([delivery, sighting]);
  }
  const transaction = newTransaction(`transaction ${ledger.step} of ${name}`);
  for (let wanted = dice.below(PUBLICATIONS_MAX); wanted > 0; wanted--) {
    const publication = randomPublication(dice, name, dice.pick(targets));
    sendInTransaction(ledger, channel, publication, transaction);
  }
  for (const [delivery, sighting] of held) {
    const settlement = dice.chance(0.2) ? 'reject' : 'ack';
    ledger.settling(sighting, settlement, name, transaction);
    if (settlement === 'ack') channel.ack(delivery);
    else channel.reject(delivery, false);
  }
  if (dice.chance(0.75)) {
    ledger.committing(transaction);
    await commit(channel);
    ledger.committed(transaction, Date.now());
    return false;
  }
  if (dice.chance(0.5)) await rollback(channel);
  ledger.rolledBack(transaction);
  // What was held stays so; the end of the channel gives it back.
  return true;
}
