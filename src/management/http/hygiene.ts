import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../link/api-error.ts';
import type { Environment } from './environment.ts';

/** Requests served at a time; more are told to come back. */
const REQUESTS_MAX = 128;

/** Nothing from elsewhere, nothing inline, in no frame. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer. */
export const secureHeaders: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};

/**
 * Refuses what a page of another origin makes a browser send: the browser would add the password
 * that its user has typed in for us. Programs send neither of the headers.
 */
export const sameOriginOnly: MiddlewareHandler<Environment> = async (c, next) => {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') refuseOrigin();
  const origin = c.req.header('origin');
  if (origin !== undefined && hostOf(origin) !== c.req.header('host')) refuseOrigin();
  await next();
};

/** Bounds how many requests are served at a time. */
export function boundedRequests(): MiddlewareHandler<Environment> {
  let underWay = 0;
  return async (c, next) => {
    if (underWay >= REQUESTS_MAX) {
      c.header('retry-after', '1');
      throw new ApiError(503, 'too_many_requests', 'too many requests at a time, try again');
    }
    underWay++;
    try {
      await next();
    } finally {
      underWay--;
    }
  };
}

function refuseOrigin(): never {
  throw new ApiError(403, 'forbidden', 'requests of other origins are refused');
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
