import { type CommonOptions, printLine, type ToolIo, withSession } from './context.ts';
import { EXIT_OK } from './exit-code.ts';

/** Options of `directmq ping`. */
export interface PingToolOptions extends CommonOptions {
  readonly count: number;
}

/** Connects, logs in, and times round trips. */
export async function ping(options: PingToolOptions, io: ToolIo): Promise<number> {
  const startMs = performance.now();
  return withSession(options, io, async ({ connection, channel }) => {
    const { product, version } = connection.connection.serverProperties;
    const openMs = performance.now() - startMs;
    await report(io, options, { product, version, openMs }, `${product} ${version}: open`, openMs);
    for (let i = 1; i <= options.count && !io.signal.aborted; i++) {
      const sentMs = performance.now();
      await channel.checkExchange('amq.direct');
      const roundTripMs = performance.now() - sentMs;
      await report(io, options, { sequence: i, roundTripMs }, `round trip ${i}`, roundTripMs);
    }
    return EXIT_OK;
  });
}

async function report(
  io: ToolIo,
  options: CommonOptions,
  fields: Record<string, string | number>,
  what: string,
  ms: number,
): Promise<void> {
  await printLine(io.stdout, options.json ? JSON.stringify(fields) : `${what} ${ms.toFixed(3)} ms`);
}
