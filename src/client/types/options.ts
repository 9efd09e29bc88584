/** The options of amqplib's methods; exported as `Options`. */
import type { Open } from './any.ts';
import type { Credentials, DirectOptions } from './settings.ts';

/** Where to connect, in parts instead of a URL. */
export interface Connect extends DirectOptions {
  /** `amqp` or `amqps`; default `amqp`. */
  protocol?: string | undefined;
  /** Default `localhost`. */
  hostname?: string | undefined;
  /** Default 5672, with TLS 5671. */
  port?: number | undefined;
  /** Default `guest`. */
  username?: string | undefined;
  /** Default `guest`. */
  password?: string | undefined;
  /** Default `en_US`. */
  locale?: string | undefined;
  /** Largest frame to agree on, in octets; 0 for no limit. Default 131072. */
  frameMax?: number | undefined;
  /** Largest frame to accept, in octets; 0 for no limit. Default 64 MiB. */
  maxFrameSize?: number | undefined;
  /** Most channels to agree on; 0 for no limit, the default. */
  channelMax?: number | undefined;
  /** Heartbeat interval in seconds; 0 for none. Default, or null: what the broker proposes. */
  heartbeat?: number | null | undefined;
  /** Default `/`. */
  vhost?: string | undefined;
  credentials?: Credentials | undefined;
}

/** Of `assertQueue`. */
export interface AssertQueue {
  exclusive?: boolean | undefined;
  /** Default true. */
  durable?: boolean | undefined;
  autoDelete?: boolean | undefined;
  arguments?: Open;
  /** Milliseconds that messages stay at most. */
  messageTtl?: number | undefined;
  /** Milliseconds without use after which the queue goes. */
  expires?: number | undefined;
  deadLetterExchange?: string | undefined;
  deadLetterRoutingKey?: string | undefined;
  maxLength?: number | undefined;
  maxPriority?: number | undefined;
  overflow?: string | undefined;
  queueMode?: string | undefined;
}

/** Of `deleteQueue`. */
export interface DeleteQueue {
  ifUnused?: boolean | undefined;
  ifEmpty?: boolean | undefined;
}

/** Of `assertExchange`. */
export interface AssertExchange {
  /** Default true. */
  durable?: boolean | undefined;
  internal?: boolean | undefined;
  autoDelete?: boolean | undefined;
  alternateExchange?: string | undefined;
  arguments?: Open;
}

/** Of `deleteExchange`. */
export interface DeleteExchange {
  ifUnused?: boolean | undefined;
}

/** Of `publish` and `sendToQueue`. */
export interface Publish {
  /** Milliseconds. */
  expiration?: string | number | undefined;
  userId?: string | undefined;
  CC?: string | string[] | undefined;
  mandatory?: boolean | undefined;
  /** Return the message unless it can be delivered at once; only brokers with Direct Mode do it. */
  immediate?: boolean | undefined;
  persistent?: boolean | undefined;
  deliveryMode?: boolean | number | undefined;
  BCC?: string | string[] | undefined;
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  headers?: Open;
  priority?: number | undefined;
  correlationId?: string | undefined;
  replyTo?: string | undefined;
  messageId?: string | undefined;
  timestamp?: number | undefined;
  type?: string | undefined;
  appId?: string | undefined;
}

/** Of `consume`. */
export interface Consume {
  consumerTag?: string | undefined;
  noLocal?: boolean | undefined;
  noAck?: boolean | undefined;
  exclusive?: boolean | undefined;
  priority?: number | undefined;
  arguments?: Open;
}

/** Of `get`. */
export interface Get {
  noAck?: boolean | undefined;
}
