import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

describe('connection.start', () => {
  const session = useBroker();

  it('offers PLAIN and AMQPLAIN and the locale en_US', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const start = await client.expectMethod(0, 'connection.start');
    expect(start.mechanisms.toString().split(' ')).toEqual(
      expect.arrayContaining(['PLAIN', 'AMQPLAIN']),
    );
    expect(start.locales.toString().split(' ')).toContain('en_US');
  });

  it('tells the capabilities that clients look for', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties.capabilities).toMatchObject({
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      per_consumer_qos: true,
      direct_reply_to: true,
      consumer_priorities: true,
      authentication_failure_close: true,
    });
  });

  it.skipIf(isOracle)('names product, version and Direct Mode', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties).toMatchObject({
      product: 'DirectMQ',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      direct: 0,
    });
  });
});

describe.skipIf(isOracle)('the identity of the broker (option not settable on an oracle)', () => {
  const session = useBroker({ identity: 'rabbitmq:3.13.7' });

  it('is that of a RabbitMQ of the version asked for', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties).toMatchObject({ product: 'RabbitMQ', version: '3.13.7' });
  });
});
