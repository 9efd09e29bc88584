import { Readable } from 'node:stream';
import type { Hono } from 'hono';
import type { ApiParts } from '../http/api.ts';
import type { ApiContext, Environment } from '../http/environment.ts';
import { requireRight } from '../http/tags.ts';
import { badRequest } from '../link/api-error.ts';
import { writeBrokerMetrics } from '../metrics/broker-metrics.ts';
import { FAMILIES, writeObjectMetrics } from '../metrics/object-metrics.ts';
import { MetricWriter } from '../metrics/writer.ts';

/** `/metrics` for Prometheus; per object only where that is asked for. */
export function metricsRoutes(app: Hono<Environment>, parts: ApiParts): void {
  const serve = (path: string, write: (c: ApiContext, writer: MetricWriter) => Promise<void>) =>
    app.get(path, async (c) => {
      requireRight(c.var.identity, 'monitoring');
      const writer = new MetricWriter();
      await write(c, writer);
      c.header('content-type', writer.contentType);
      return c.body(Readable.toWeb(Readable.from(writer.text())) as ReadableStream);
    });

  serve('/metrics', (_, writer) => writeBrokerMetrics(parts, writer));

  serve('/metrics/per-object', (_, writer) =>
    writeObjectMetrics(parts, writer, 'rabbitmq_', null, null),
  );

  serve('/metrics/detailed', (c, writer) => {
    const families = c.req.queries('family') ?? [];
    const unknown = families.find((family) => !FAMILIES.includes(family));
    if (families.length === 0 || unknown !== undefined) {
      throw badRequest(`family must be one or more of ${FAMILIES.join(', ')}`);
    }
    const vhosts = c.req.queries('vhost') ?? null;
    return writeObjectMetrics(parts, writer, 'rabbitmq_detailed_', families, vhosts);
  });
}
