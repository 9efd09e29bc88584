import type { Open } from './any.ts';

/** A message as applications see it: a plain object that may be kept, changed and copied. */
export interface Message {
  content: Buffer;
  fields: MessageFields;
  properties: MessageProperties;
}

/** A message that `get` fetched. */
export interface GetMessage extends Message {
  fields: GetMessageFields;
}

/** A message that a consumer was sent. */
export interface ConsumeMessage extends Message {
  fields: ConsumeMessageFields;
}

/** A message that could not be routed, of a `return` event. */
export interface ReturnedMessage extends Message {
  fields: ReturnedMessageFields;
}

/** What every message says of its way. */
export interface CommonMessageFields {
  deliveryTag: number;
  redelivered: boolean;
  exchange: string;
  routingKey: string;
}

/** Of a message that came either way. */
export interface MessageFields extends CommonMessageFields {
  messageCount?: number | undefined;
  consumerTag?: string | undefined;
}

/** Of a message that `get` fetched. */
export interface GetMessageFields extends CommonMessageFields {
  /** Messages left in the queue. */
  messageCount: number;
}

/** Of a message that a consumer was sent. */
export interface ConsumeMessageFields extends CommonMessageFields {
  consumerTag: string;
}

/** Of a returned message; it has no delivery tag, whatever amqplib's types say. */
export interface ReturnedMessageFields extends MessageFields {
  replyCode: number;
  replyText: string;
}

/** The properties of a message; those that the publisher did not set are undefined. */
export interface MessageProperties {
  contentType: Open | undefined;
  contentEncoding: Open | undefined;
  headers: MessagePropertyHeaders | undefined;
  deliveryMode: Open | undefined;
  priority: Open | undefined;
  correlationId: Open | undefined;
  replyTo: Open | undefined;
  expiration: Open | undefined;
  messageId: Open | undefined;
  timestamp: Open | undefined;
  type: Open | undefined;
  userId: Open | undefined;
  appId: Open | undefined;
  clusterId: Open | undefined;
}

/** Headers: those that brokers set, and the application's own. */
export interface MessagePropertyHeaders {
  'x-first-death-exchange'?: string | undefined;
  'x-first-death-queue'?: string | undefined;
  'x-first-death-reason'?: string | undefined;
  'x-death'?: XDeath[] | undefined;
  [key: string]: Open;
}

/** One entry of a dead letter's history (RabbitMQ extension). */
export interface XDeath {
  count: number;
  reason: 'rejected' | 'expired' | 'maxlen';
  queue: string;
  time: { '!': 'timestamp'; value: number };
  exchange: string;
  'original-expiration'?: Open;
  'routing-keys': string[];
}

/** What the broker says of itself. */
export interface ServerProperties {
  host: string;
  product: string;
  version: string;
  platform: string;
  copyright?: string | undefined;
  information: string;
  [key: string]: string | undefined;
}
