import type { FieldTable } from '../../wire/field-table.ts';
import { type BasicProperties, encodeProperties } from '../../wire/properties.ts';
import type * as Options from '../types/options.ts';
import { numeric, text, withOptions } from './arguments.ts';

const NO_OPTIONS: Options.Publish = Object.freeze({});

/**
 * The options of a publish as properties on the wire, flags first, by amqplib's rules. Options that
 * are equal to those before are not encoded again.
 */
export class PublishProperties {
  /** The properties of the options `use` was last given; never written again. */
  octets: Buffer;
  private last: Options.Publish = NO_OPTIONS;

  constructor() {
    this.octets = encode(NO_OPTIONS);
  }

  /**
   * Encodes `options` into `octets`.
   * @returns whether `octets` has changed
   * @throws TypeError if a value has the wrong type
   */
  use(options: Options.Publish | undefined): boolean {
    const given = options ?? NO_OPTIONS;
    if (isSame(given, this.last)) return false;
    this.octets = encode(given);
    // A copy, since the application may change its object; tables are not compared at all.
    this.last = { ...given };
    return true;
  }
}

/**
 * Whether two sets of options have the same properties; false if a table would have to be compared.
 */
function isSame(a: Options.Publish, b: Options.Publish): boolean {
  return (
    a.headers === undefined &&
    b.headers === undefined &&
    a.CC === undefined &&
    b.CC === undefined &&
    a.BCC === undefined &&
    b.BCC === undefined &&
    a.persistent === b.persistent &&
    a.contentType === b.contentType &&
    a.correlationId === b.correlationId &&
    a.replyTo === b.replyTo &&
    a.messageId === b.messageId &&
    a.timestamp === b.timestamp &&
    a.deliveryMode === b.deliveryMode &&
    a.contentEncoding === b.contentEncoding &&
    a.expiration === b.expiration &&
    a.priority === b.priority &&
    a.type === b.type &&
    a.userId === b.userId &&
    a.appId === b.appId
  );
}

function encode(options: Options.Publish): Buffer {
  const properties: BasicProperties = { headers: headersOf(options) };
  setText(properties, 'contentType', options.contentType);
  setText(properties, 'contentEncoding', options.contentEncoding);
  setText(properties, 'correlationId', options.correlationId);
  setText(properties, 'replyTo', options.replyTo);
  setText(properties, 'expiration', options.expiration?.toString());
  setText(properties, 'messageId', options.messageId);
  setText(properties, 'type', options.type);
  setText(properties, 'userId', options.userId);
  setText(properties, 'appId', options.appId);
  setNumber(properties, 'deliveryMode', deliveryModeOf(options));
  setNumber(properties, 'priority', options.priority);
  setNumber(properties, 'timestamp', options.timestamp);
  return encodeProperties(properties);
}

type TextProperty = Exclude<keyof BasicProperties, 'headers' | NumberProperty>;
type NumberProperty = 'deliveryMode' | 'priority' | 'timestamp';

function setText(properties: BasicProperties, name: TextProperty, value: string | undefined): void {
  if (value !== undefined) properties[name] = text(name, value);
}

function setNumber(
  properties: BasicProperties,
  name: NumberProperty,
  value: number | undefined,
): void {
  if (value !== undefined) properties[name] = numeric(name, value);
}

/** amqplib always sends headers, if only empty ones, and consumers have come to count on them. */
function headersOf({ headers, CC, BCC }: Options.Publish): FieldTable {
  return withOptions(headers, { CC: textList(CC), BCC: textList(BCC) }, 'headers');
}

function textList(value: string | readonly string[] | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function deliveryModeOf(options: Options.Publish): number | undefined {
  if (options.persistent !== undefined) return options.persistent ? 2 : 1;
  if (typeof options.deliveryMode === 'number') return options.deliveryMode;
  return options.deliveryMode ? 2 : undefined;
}
