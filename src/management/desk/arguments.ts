import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import { badRequest } from '../link/api-error.ts';

/** What a client has given: fields of its JSON, with those of the path. */
export class Arguments {
  private readonly given: JsonObject;

  constructor(given: JsonObject) {
    this.given = given;
  }

  has(name: string): boolean {
    return this.given[name] !== undefined && this.given[name] !== null;
  }

  value(name: string): Json | undefined {
    return this.given[name];
  }

  /** @throws ApiError 400 unless it is a text; a missing one is `fallback`, if there is one */
  text(name: string, fallback?: string): string {
    const value = this.given[name];
    if (typeof value === 'string') return value;
    if (value === undefined && fallback !== undefined) return fallback;
    throw wrong(name, 'a string', value);
  }

  /** @throws ApiError 400 unless it is a whole number of at least 0, or missing */
  count(name: string, fallback: number): number {
    const value = this.given[name];
    if (value === undefined || value === null) return fallback;
    // The web page of RabbitMQ and some clients send numbers as text.
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    throw wrong(name, 'a whole number of at least 0', value);
  }

  /** @throws ApiError 400 unless it is a boolean, as such or as text, or missing */
  flag(name: string): boolean {
    const value = this.given[name];
    if (value === undefined || value === null || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw wrong(name, 'a boolean', value);
  }

  /** @throws ApiError 400 unless it is an object */
  object(name: string): JsonObject {
    this.require(name);
    return this.table(name) as JsonObject;
  }

  /** @throws ApiError 400 unless it is an object, or missing: then it is empty */
  table(name: string): FieldTable {
    const value = this.given[name];
    // An empty table comes as a list from clients written in languages where the two are alike.
    if (value === undefined || value === null) return {};
    if (Array.isArray(value) && value.length === 0) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as FieldTable;
    throw wrong(name, 'an object', value);
  }

  /** @throws ApiError 400 in RabbitMQ's words if any is missing */
  require(...names: string[]): void {
    const missing = names.filter((name) => !this.has(name)).map((name) => `{key_missing,${name}}`);
    if (missing.length > 0) throw badRequest(`[${missing.join(',')}]`);
  }
}

function wrong(name: string, expected: string, value: Json | undefined): Error {
  return badRequest(
    value === undefined
      ? `${name} is missing: it must be ${expected}`
      : `${name} must be ${expected}, not ${JSON.stringify(value).slice(0, 100)}`,
  );
}
