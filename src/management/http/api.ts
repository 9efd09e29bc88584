import type { Context, Hono } from 'hono';
import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { BrokerLink } from '../link/broker-link.ts';
import type { BrokerFacts } from '../link/messages.ts';
import type { DirectWatch } from '../tables/direct-watch.ts';
import type { NodeWatch } from '../tables/node-watch.ts';
import type { Sampler } from '../tables/sampler.ts';
import type { Tables } from '../tables/tables.ts';
import type { ApiContext, Environment } from './environment.ts';
import { type Right, requireRight } from './tags.ts';

/** What the routes serve from. */
export interface ApiParts {
  readonly link: BrokerLink;
  readonly tables: Tables;
  readonly sampler: Sampler;
  readonly node: NodeWatch;
  readonly direct: DirectWatch;
  readonly broker: BrokerFacts;
  /** Where this API listens. */
  readonly listening: {
    /** `http` or `https`. */
    readonly protocol: string;
    readonly host: string;
    readonly port: number;
  };
}

export type Handler = (c: ApiContext) => Response | Promise<Response>;

type Verb = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Registers routes, and answers 405 to other methods on their paths. */
export class Api {
  readonly parts: ApiParts;
  private readonly app: Hono<Environment>;
  private readonly methods = new Map<string, string[]>();

  constructor(app: Hono<Environment>, parts: ApiParts) {
    this.app = app;
    this.parts = parts;
  }

  get(path: string, right: Right, handler: Handler): void {
    this.add('GET', path, right, handler);
  }

  put(path: string, right: Right, handler: Handler): void {
    this.add('PUT', path, right, handler);
  }

  post(path: string, right: Right, handler: Handler): void {
    this.add('POST', path, right, handler);
  }

  delete(path: string, right: Right, handler: Handler): void {
    this.add('DELETE', path, right, handler);
  }

  /** To be called when all routes are registered. */
  refuseOtherMethods(): void {
    for (const [path, methods] of this.methods) {
      const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
      this.app.all(path, (c) => {
        c.header('allow', allow.join(', '));
        const reason = `${c.req.method} is not allowed here: use ${allow.join(', ')}`;
        return c.json({ error: 'method_not_allowed', reason }, 405);
      });
    }
  }

  private add(verb: Verb, path: string, right: Right, handler: Handler): void {
    const full = `/api${path}`;
    this.methods.set(full, [...(this.methods.get(full) ?? []), verb]);
    this.app.on(verb, full, (c) => {
      requireRight(c.var.identity, right);
      return handler(c);
    });
  }
}

/** The part of the path that is called `name`; it must be in the route. */
export function pathPart(c: ApiContext, name: string): string {
  const value = (c as Context).req.param(name);
  if (value === undefined) throw notFound();
  return value;
}

/**
 * The client's JSON; nothing counts as an empty object.
 * @throws ApiError 400 if it isn't an object in JSON
 */
export async function bodyOf(c: ApiContext): Promise<JsonObject> {
  const text = await c.req.text();
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('not_json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('not_json: an object is needed');
  }
  return value as JsonObject;
}

/** Has main do something in the client's name; the tables of `kinds` have changed with it. */
export async function act<Result = unknown>(
  { parts }: Api,
  c: ApiContext,
  name: string,
  given: JsonObject,
  kinds: readonly ObjectKind[] = [],
): Promise<Result> {
  try {
    return (await parts.link.act(name, c.var.identity.name, given)) as Result;
  } finally {
    parts.tables.expire(kinds);
  }
}

/** 201 for something new, 204 for a change. */
export function created(c: ApiContext, isNew: boolean): Response {
  return c.body(null, isNew ? 201 : 204);
}

/** 204, or 404 for what didn't exist. */
export function removed(c: ApiContext, { existed }: { existed: boolean }): Response {
  if (!existed) throw notFound();
  return c.body(null, 204);
}
