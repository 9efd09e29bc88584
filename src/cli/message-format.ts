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
 * @throws Error if the line is not such a message
 */
export function fromLine(line: string, defaults: Omit<Outgoing, 'body'>): Outgoing {
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`Not a message: ${line}`);
  const { exchange, routingKey, body, bodyBase64, properties }: MessageLine = parsed;
  return {
    exchange: exchange ?? defaults.exchange,
    routingKey: routingKey ?? defaults.routingKey,
    body: bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64'),
    properties: { ...defaults.properties, ...properties },
  };
}
