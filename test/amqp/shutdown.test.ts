import { connect } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { isOracle, startBroker } from '../support/broker.ts';
import { RawClient } from '../support/raw-client.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(isOracle)('stopping the broker (an oracle is not ours to stop)', () => {
  it('tells clients 320 CONNECTION_FORCED', async () => {
    const broker = await startBroker();
    const client = await RawClient.connect(broker.port, broker.host);
    await client.login();
    const stopped = broker.stop();
    await client.expectConnectionClose(320);
    client.destroy();
    await stopped;
  });

  it('cuts off clients that do not answer', async () => {
    const broker = await startBroker({ shutdownTimeoutMs: 100 });
    const client = await RawClient.connect(broker.port, broker.host);
    await client.login();
    await broker.stop();
    await waitFor('the end of the connection', () => client.isEnded);
    client.destroy();
  });

  it('accepts nobody afterwards and can be asked for twice', async () => {
    const broker = await startBroker();
    await Promise.all([broker.stop(), broker.stop()]);
    await broker.stop();
    await expect(connect(broker.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('leaves other brokers of the process alone', async () => {
    const first = await startBroker();
    const second = await startBroker();
    expect(first.port).not.toBe(second.port);
    await first.stop();
    const client = await RawClient.connect(second.port, second.host);
    await client.login();
    await client.expectAlive();
    client.destroy();
    await second.stop();
  });
});
