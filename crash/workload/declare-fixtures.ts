import type { Declaration } from '../model/topology.ts';
import {
  DEAD_EXCHANGE,
  DEAD_FIXTURES,
  DIRECT_EXCHANGE,
  DIRECT_FIXTURES,
  FANOUT_EXCHANGE,
  FANOUT_FIXTURES,
  FIXTURES,
  type Fixture,
} from './fixtures.ts';
import type { Run } from './run.ts';
import { TopologyClient } from './topology-client.ts';

/** Declares what stays, as far as it isn't there: transient queues are gone after a crash. */
export async function declareFixtures(run: Run): Promise<void> {
  const connection = await run.connect();
  const channel = await run.channel(connection);
  const { topology } = run;
  const client = new TopologyClient(topology, run.ledger, channel);
  for (const [name, type] of [
    [DEAD_EXCHANGE, 'direct'],
    [DIRECT_EXCHANGE, 'direct'],
    [FANOUT_EXCHANGE, 'fanout'],
  ]) {
    const isThere = topology.exchanges.get(name)?.existence === 'there';
    if (!isThere) await client.declareExchange(name, declarationOf(type, true, {}));
  }
  for (const { rule, arguments: args } of FIXTURES) {
    const isThere = topology.queues.get(rule.name)?.existence === 'there';
    if (!isThere) await client.declareQueue(rule.name, declarationOf('', rule.durable, args));
  }
  await bindAll(client, run, DEAD_EXCHANGE, DEAD_FIXTURES, ({ rule }) => rule.name);
  await bindAll(client, run, DIRECT_EXCHANGE, DIRECT_FIXTURES, ({ rule }) => rule.name);
  await bindAll(client, run, FANOUT_EXCHANGE, FANOUT_FIXTURES, () => 'all');
  await connection.close();
}

async function bindAll(
  client: TopologyClient,
  run: Run,
  exchange: string,
  fixtures: readonly Fixture[],
  keyOf: (fixture: Fixture) => string,
): Promise<void> {
  for (const fixture of fixtures) {
    const { name } = fixture.rule;
    const key = keyOf(fixture);
    if (!run.topology.route(exchange, key).includes(name)) await client.bind(exchange, name, key);
  }
}

function declarationOf(type: string, durable: boolean, args: Fixture['arguments']): Declaration {
  return { type, durable, autoDelete: false, exclusive: false, arguments: args };
}
