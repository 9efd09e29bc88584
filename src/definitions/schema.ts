import { z } from 'zod';

/** Definitions that can't be taken; the message names the place and says why. */
export class DefinitionsError extends Error {}

/** Longest name in octets: it travels as an AMQP short string. */
const NAME_OCTETS_MAX = 255;

const name = z.string().refine((text) => Buffer.byteLength(text) <= NAME_OCTETS_MAX, {
  error: `longer than ${NAME_OCTETS_MAX} octets`,
});
const table = z.record(z.string(), z.unknown()).optional();
/** Older versions of RabbitMQ write `a,b`. */
const tags = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) =>
    (Array.isArray(value) ? value : (value ?? '').split(','))
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  );
const limits = z.record(z.string(), z.number()).or(z.array(z.never())).optional();

const document = z.looseObject({
  users: z
    .array(
      z.looseObject({
        name,
        password_hash: z.string().default(''),
        hashing_algorithm: z.string().default('rabbit_password_hashing_sha256'),
        tags,
        limits,
      }),
    )
    .default([]),
  vhosts: z
    .array(
      z.looseObject({
        name,
        description: z.string().optional(),
        tags,
        default_queue_type: z.string().optional(),
        limits: z.unknown().optional(),
        metadata: z
          .looseObject({
            description: z.string().optional(),
            tags: z.array(z.string()).optional(),
            default_queue_type: z.string().optional(),
          })
          .optional(),
      }),
    )
    .default([]),
  permissions: z
    .array(
      z.looseObject({
        user: name,
        vhost: name,
        configure: z.string(),
        write: z.string(),
        read: z.string(),
      }),
    )
    .default([]),
  topic_permissions: z
    .array(
      z.looseObject({
        user: name,
        vhost: name,
        exchange: name,
        write: z.string(),
        read: z.string(),
      }),
    )
    .default([]),
  parameters: z
    .array(
      z.looseObject({
        vhost: name.optional(),
        component: z.string(),
        name,
        value: z.unknown(),
      }),
    )
    .default([]),
  global_parameters: z.array(z.looseObject({ name, value: z.json() })).default([]),
  policies: z
    .array(
      z.looseObject({
        vhost: name.optional(),
        name,
        pattern: z.string(),
        'apply-to': z.string().default('all'),
        priority: z.number().default(0),
        definition: z.unknown(),
      }),
    )
    .default([]),
  exchanges: z
    .array(
      z.looseObject({
        vhost: name.optional(),
        name,
        type: z.string(),
        durable: z.boolean().default(true),
        auto_delete: z.boolean().default(false),
        internal: z.boolean().default(false),
        arguments: table,
      }),
    )
    .default([]),
  queues: z
    .array(
      z.looseObject({
        vhost: name.optional(),
        name,
        durable: z.boolean().default(true),
        auto_delete: z.boolean().default(false),
        arguments: table,
      }),
    )
    .default([]),
  bindings: z
    .array(
      z.looseObject({
        vhost: name.optional(),
        source: name,
        destination: name,
        destination_type: z.enum(['queue', 'exchange']),
        routing_key: name.default(''),
        arguments: table,
      }),
    )
    .default([]),
});

/** RabbitMQ's definitions, complete: what was left out is empty. */
export type Definitions = z.output<typeof document>;

/** @throws DefinitionsError naming the first field that is wrong */
export function readDefinitions(value: unknown): Definitions {
  const result = document.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${String(step)}`,
  );
  const place = path.join('').replace(/^\./, '');
  throw new DefinitionsError(`${place || 'definitions'}: ${issue?.message ?? 'not an object'}`);
}

/** @throws DefinitionsError for what is no JSON, or no definitions */
export function parseDefinitions(text: string): Definitions {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DefinitionsError(`not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return readDefinitions(value);
}
