/** What a form for publishing holds, all of it as text. */
export interface PublishForm {
  readonly routingKey: string;
  readonly payload: string;
  readonly encoding: 'string' | 'base64';
  readonly persistent: boolean;
  readonly headers: Readonly<Record<string, unknown>>;
  /** By the API's names, such as `content_type`; empty ones are left out. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Properties that are numbers on the wire. */
const NUMBERS: ReadonlySet<string> = new Set(['priority', 'timestamp']);

/** The body of the API's request. */
export function publishRequest(form: PublishForm): Record<string, unknown> {
  const properties: Record<string, unknown> = { delivery_mode: form.persistent ? 2 : 1 };
  if (Object.keys(form.headers).length > 0) properties.headers = form.headers;
  for (const [name, value] of Object.entries(form.properties)) {
    if (value !== '') properties[name] = NUMBERS.has(name) ? Number(value) : value;
  }
  return {
    properties,
    routing_key: form.routingKey,
    payload: form.payload,
    payload_encoding: form.encoding,
  };
}
