import { VERSION } from './version.ts';

/** What Connection.Start tells clients about the broker. */
export interface Identity {
  readonly product: string;
  readonly version: string;
}

/**
 * The version that `--identity rabbitmq` claims: the last one whose clients expect nothing but AMQP
 * 0-9-1.
 */
const RABBITMQ_VERSION = '3.13.7';

/** Product and version for an `identity` option: `directmq`, `rabbitmq` or `rabbitmq:VERSION`. */
export function identityOf(option: string): Identity {
  if (option === 'directmq') return { product: 'DirectMQ', version: VERSION };
  const [, version = RABBITMQ_VERSION] = option.split(':');
  return { product: 'RabbitMQ', version };
}
