import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './http/app.ts';
import { Authentication } from './http/authentication.ts';
import { BrokerLink } from './link/broker-link.ts';
import type { ManagementStart } from './link/messages.ts';
import { DirectWatch } from './tables/direct-watch.ts';
import { NodeWatch } from './tables/node-watch.ts';
import { Sampler } from './tables/sampler.ts';
import { Tables } from './tables/tables.ts';

/** Octets of a request's headers: names in paths are at most 255 octets, thrice that encoded. */
const HEADER_OCTETS_MAX = 16 * 1024;
/** Time for a client to send its headers, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time for a client to send a whole request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Time that an idle connection is kept for the next request, in milliseconds. */
const KEEP_ALIVE_MS = 30_000;
/** Connections at a time; the rest wait in the kernel. */
const CONNECTIONS_MAX = 1024;

/** The thread that serves the management API. */
function run(start: ManagementStart, port: MessagePort): void {
  const link = new BrokerLink(port);
  const tables = new Tables(link, start.columns);
  const node = new NodeWatch(link);
  const sampler = new Sampler(tables, node);
  const listening = {
    protocol: start.tls === null ? 'http' : 'https',
    host: start.host,
    port: start.port,
  };
  const direct = new DirectWatch(link);
  const parts = { link, tables, sampler, node, direct, broker: start.broker, listening };
  const pageFolder = fileURLToPath(new URL('../page', import.meta.url));
  const app = createApp(parts, new Authentication(link), pageFolder);
  const bounds = {
    maxHeaderSize: HEADER_OCTETS_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const how =
    start.tls === null
      ? { createServer: createHttpServer, serverOptions: bounds }
      : {
          createServer: createHttpsServer,
          serverOptions: { ...bounds, ...start.tls, handshakeTimeout: HEADERS_TIMEOUT_MS },
        };
  const server = createAdaptorServer({ fetch: app.fetch, ...how }) as Server | HttpsServer;
  server.maxConnections = CONNECTIONS_MAX;
  server.on('error', (error: NodeJS.ErrnoException) => {
    link.send({ kind: 'refused', code: error.code ?? null, message: error.message });
  });
  server.listen({ host: start.host, port: start.port }, () => {
    listening.port = (server.address() as AddressInfo).port;
    sampler.start();
    link.send({ kind: 'listening', port: listening.port });
  });
  link.onTlsChanged = (tls) => {
    if (server instanceof HttpsServer) server.setSecureContext(tls);
  };
  link.onStop = () => {
    sampler.stop();
    server.closeAllConnections();
    // Ends the thread, whatever is still under way in it.
    server.close(() => process.exit());
  };
}

if (parentPort === null) throw new Error('this file is run in a thread');
run(workerData as ManagementStart, parentPort);
