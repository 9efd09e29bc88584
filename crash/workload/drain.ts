import { newTransaction } from '../model/transaction-record.ts';
import { receive } from './receiving.ts';
import type { Run } from './run.ts';
import { commit, select } from './transactions.ts';

/** Takes everything out of all queues, in one transaction for each: it must not come back. */
export async function drain(run: Run): Promise<void> {
  const { ledger, topology } = run;
  const connection = await run.connect();
  for (const { name, existence } of topology.queues.values()) {
    if (existence !== 'there') continue;
    const channel = await run.channel(connection);
    await select(channel);
    const transaction = newTransaction(`draining of ${name}`);
    ledger.consuming(name);
    for (;;) {
      const delivery = await channel.get(name);
      if (delivery === false) break;
      const sighting = receive(run, name, delivery);
      if (sighting !== null) ledger.settling(sighting, 'ack', `draining ${name}`, transaction);
      channel.ack(delivery);
    }
    ledger.committing(transaction);
    await commit(channel);
    ledger.committed(transaction, Date.now());
    await channel.close();
    ledger.consumed(name);
  }
  await connection.close();
}
