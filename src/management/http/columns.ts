import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';

/**
 * The fields of an object that `columns` names: `name`, `message_stats.publish_details.rate`; ones
 * that it doesn't have are left out.
 */
export function pickColumns(object: JsonObject, columns: readonly string[]): Record<string, Json> {
  const picked: Record<string, Json> = {};
  for (const column of columns) {
    const path = column.split('.');
    const value = valueAt(object, path);
    if (value !== undefined) putAt(picked, path, value);
  }
  return picked;
}

/** The value at a path, or undefined. */
export function valueAt(object: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const fields = value as JsonObject;
    if (!Object.hasOwn(fields, step)) return undefined;
    value = fields[step];
  }
  return value;
}

/** Makes `value` the one at a path. */
export function putAt(object: Record<string, Json>, path: readonly string[], value: Json): void {
  const [step, ...rest] = path;
  // A field that would change what objects are is none that we show.
  if (step === '__proto__') return;
  if (rest.length === 0) {
    object[step] = value;
    return;
  }
  const inner = Object.hasOwn(object, step) ? object[step] : {};
  const fields: Record<string, Json> = { ...(inner as JsonObject) };
  putAt(fields, rest, value);
  object[step] = fields;
}
