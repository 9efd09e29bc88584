import type { Readable, Writable } from 'node:stream';
import { type Channel, type ChannelModel, connect } from '../client/client.ts';

/** What a tool has to do with the process it runs in. */
export interface ToolIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a tool that would run on. */
  readonly signal: AbortSignal;
}

/** Options that all tools have. */
export interface CommonOptions {
  readonly url: string;
  readonly direct: boolean | undefined;
  readonly json: boolean | undefined;
}

/** A connection for one run of a tool. */
export interface ToolSession {
  readonly connection: ChannelModel;
  readonly channel: Channel;
}

/** Milliseconds that connecting may take: long enough for a slow network, short for who waits. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Calls `work` with a connection that is closed afterwards.
 * @throws Error what the broker refused, or why it could not be reached
 */
export async function withSession<T>(
  options: CommonOptions,
  work: (session: ToolSession) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(options);
  // What goes wrong is told by the call that it goes wrong with.
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return await work({ connection, channel });
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Connects as the options say. @throws Error why the broker could not be reached */
export async function openConnection(options: CommonOptions): Promise<ChannelModel> {
  return connect(options.url, { direct: options.direct, timeout: CONNECT_TIMEOUT_MS });
}

/** Writes a line, and waits while the reader is slow. */
export async function printLine(stream: Writable, line: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write(`${line}\n`, () => resolve());
  });
}
