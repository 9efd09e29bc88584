import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import { type BasicProperties, encodeProperties } from '../../wire/properties.ts';
import { badRequest } from '../link/api-error.ts';

/** How the API calls the properties of a message, and what they are. */
const PROPERTIES = [
  ['content_type', 'contentType', 'string'],
  ['content_encoding', 'contentEncoding', 'string'],
  ['headers', 'headers', 'object'],
  ['delivery_mode', 'deliveryMode', 'number'],
  ['priority', 'priority', 'number'],
  ['correlation_id', 'correlationId', 'string'],
  ['reply_to', 'replyTo', 'string'],
  ['expiration', 'expiration', 'string'],
  ['message_id', 'messageId', 'string'],
  ['timestamp', 'timestamp', 'number'],
  ['type', 'type', 'string'],
  ['user_id', 'userId', 'string'],
  ['app_id', 'appId', 'string'],
  ['cluster_id', 'clusterId', 'string'],
] as const satisfies readonly (readonly [string, keyof BasicProperties, string])[];

/**
 * Properties as the client gave them, encoded; ones that don't exist are ignored, as in RabbitMQ.
 * @throws ApiError 400 for a value of the wrong type, or out of range
 */
export function propertiesFromJson(given: FieldTable): Buffer {
  const properties: Record<string, unknown> = {};
  for (const [name, property, type] of PROPERTIES) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    properties[property] = converted(name, type, value as Json);
  }
  try {
    return encodeProperties(properties as BasicProperties);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw badRequest(error.message);
    throw error;
  }
}

/** RabbitMQ gives a message without properties an empty list. */
export function propertiesToJson(properties: BasicProperties): Json {
  const shown: Record<string, Json> = {};
  for (const [name, property] of PROPERTIES) {
    const value = properties[property];
    if (value !== undefined) shown[name] = value as Json;
  }
  return Object.keys(shown).length === 0 ? [] : (shown as JsonObject);
}

function converted(name: string, type: string, value: Json): unknown {
  if (type === 'number' && typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (Number.isFinite(number)) return number;
  }
  if (type === 'string' && typeof value === 'number') return String(value);
  if (type === 'object' && Array.isArray(value) && value.length === 0) return {};
  if (typeof value === type && !Array.isArray(value)) return value;
  throw badRequest(`property ${name} must be a ${type}, not ${JSON.stringify(value)}`);
}
