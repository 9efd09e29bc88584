import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Identity } from '../link/messages.ts';

/** What handlers find in their context. */
export interface Environment {
  Bindings: HttpBindings;
  Variables: { identity: Identity };
}

export type ApiContext = Context<Environment>;
