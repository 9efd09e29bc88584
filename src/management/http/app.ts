import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ApiError, notFound } from '../link/api-error.ts';
import { accessRoutes } from '../routes/access-routes.ts';
import { bindingRoutes } from '../routes/binding-routes.ts';
import { connectionRoutes } from '../routes/connection-routes.ts';
import { consumerRoutes } from '../routes/consumer-routes.ts';
import { definitionRoutes } from '../routes/definition-routes.ts';
import { directRoutes } from '../routes/direct-routes.ts';
import { directmqRoutes } from '../routes/directmq-routes.ts';
import { exchangeRoutes } from '../routes/exchange-routes.ts';
import { healthRoutes } from '../routes/health-routes.ts';
import { metricsRoutes } from '../routes/metrics-routes.ts';
import { nodeRoutes } from '../routes/node-routes.ts';
import { overviewRoutes } from '../routes/overview-routes.ts';
import { parameterRoutes } from '../routes/parameter-routes.ts';
import { policyRoutes } from '../routes/policy-routes.ts';
import { queueRoutes } from '../routes/queue-routes.ts';
import { vhostRoutes } from '../routes/vhost-routes.ts';
import { Api, type ApiParts } from './api.ts';
import type { Authentication } from './authentication.ts';
import type { ApiContext, Environment } from './environment.ts';
import { boundedRequests, sameOriginOnly, secureHeaders } from './hygiene.ts';
import { servePage } from './static-page.ts';

/** Octets of the largest request body: RabbitMQ's; definitions are the largest. */
const BODY_OCTETS_MAX = 10 * 1024 * 1024;
/** A page of ours asks itself for the password; then browsers shall not. */
const ASKED_BY_PAGE = 'XMLHttpRequest';

/** Everything that is served over HTTP. */
export function createApp(
  parts: ApiParts,
  authentication: Authentication,
  pageFolder: string,
): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use(secureHeaders);
  app.onError((error, c) => {
    if (error instanceof ApiError) return refuse(c, error);
    parts.link.send({ kind: 'defect', message: String(error.stack ?? error) });
    const reason = 'the management API failed, see the log';
    return refuse(c, new ApiError(500, 'internal_server_error', reason));
  });
  app.notFound((c) => refuse(c, notFound()));
  const bounded = boundedRequests();
  const guards: MiddlewareHandler<Environment>[] = [
    bounded,
    sameOriginOnly,
    bodyLimit({
      maxSize: BODY_OCTETS_MAX,
      onError: (c) => {
        const reason = `the request body has more than ${BODY_OCTETS_MAX} octets`;
        return c.json({ error: 'payload_too_large', reason }, 413);
      },
    }),
    async (c, next) => {
      const peer = c.env.incoming.socket.remoteAddress ?? '';
      const header = c.req.header('authorization');
      const identity = await authentication.identify(header, peer);
      if (identity === null) return unknown(c);
      c.set('identity', identity);
      return next();
    },
  ];
  for (const path of ['/api/*', '/metrics/*']) app.use(path, ...guards);
  const api = new Api(app, parts);
  for (const register of [
    overviewRoutes,
    nodeRoutes,
    queueRoutes,
    exchangeRoutes,
    bindingRoutes,
    connectionRoutes,
    consumerRoutes,
    vhostRoutes,
    directmqRoutes,
    directRoutes,
    accessRoutes,
    policyRoutes,
    parameterRoutes,
    healthRoutes,
    definitionRoutes,
  ]) {
    register(api);
  }
  api.refuseOtherMethods();
  metricsRoutes(app, parts);
  servePage(app, pageFolder);
  return app;
}

function unknown(c: ApiContext): Response {
  if (c.req.header('x-requested-with') !== ASKED_BY_PAGE) {
    c.header('www-authenticate', 'Basic realm="DirectMQ Management"');
  }
  return c.json({ error: 'not_authorized', reason: 'Login failed' }, 401);
}

function refuse(c: ApiContext, { status, error, reason }: ApiError): Response {
  return c.json({ error, reason }, status as 400);
}
