import type { Message, Options } from '../client/client.ts';

/** A message as one line of JSON; a body that is not text is in `bodyBase64`. */
export interface MessageLine {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly properties?: Options.Publish;
}

/** A message to publish. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

/** The message as one line of JSON, which `publish --json` takes as well. */
export function toLine(message: Message): string {
  const { fields, content } = message;
  const text = content.toString();
  const isText = Buffer.from(text).equals(content);
  return JSON.stringify({
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    redelivered: fields.redelivered,
    properties: message.properties,
    ...(isText ? { body: text } : { bodyBase64: content.toString('base64') }),
  });
}

/**
 * The message that a line of JSON describes; what it leaves out comes from `defaults`.
 * @param number of the line, for errors
 * @throws Error if the line is not such a message
 */
export function fromLine(line: string, number: number, defaults: Omit<Outgoing, 'body'>): Outgoing {
  const { exchange, routingKey, body, bodyBase64, properties } = parseLine(line, number);
  return {
    exchange: exchange ?? defaults.exchange,
    routingKey: routingKey ?? defaults.routingKey,
    body: bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64'),
    properties: { ...defaults.properties, ...properties },
  };
}

const TEXT_FIELDS = ['exchange', 'routingKey', 'body', 'bodyBase64'] as const;

function parseLine(line: string, number: number): MessageLine {
  const refuse = (why: string) => new Error(`line ${number}: ${why}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(parsed)) throw refuse('a message is an object: {"body": …}');
  for (const field of TEXT_FIELDS) {
    const value = parsed[field];
    if (value !== undefined && typeof value !== 'string') throw refuse(`${field} must be text`);
  }
  const { properties } = parsed;
  if (properties !== undefined && !isObject(properties)) {
    throw refuse('properties must be an object');
  }
  return parsed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
