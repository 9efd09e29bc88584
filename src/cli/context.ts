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

/** The command line is right for the parser, and yet cannot be done. */
export class UsageError extends Error {}

/**
 * Calls `work` with a connection that is closed afterwards.
 * @throws Error what the broker refused, or why it could not be reached
 */
export async function withSession<T>(
  options: CommonOptions,
  io: ToolIo,
  work: (session: ToolSession) => Promise<T>,
): Promise<T> {
  return withConnection(options, io, async (connection) => {
    const channel = await connection.createChannel();
    // What goes wrong is told by the call that it goes wrong with.
    channel.on('error', () => {});
    return work({ connection, channel });
  });
}

/**
 * Calls `work` with a connection that is closed afterwards.
 * @throws Error why the connection failed, or else what `work` throws
 */
export async function withConnection<T>(
  options: CommonOptions,
  io: ToolIo,
  work: (connection: ChannelModel) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(options, io);
  let failure: Error | null = null;
  connection.on('error', (error: Error) => {
    failure = error;
  });
  try {
    return await work(connection);
  } catch (error) {
    // A call that fails with its connection knows less about it.
    throw failure ?? error;
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Connects as the options say. @throws Error why the broker could not be reached */
export async function openConnection(options: CommonOptions, io: ToolIo): Promise<ChannelModel> {
  const { url, direct } = options;
  if (!URL.canParse(url)) {
    throw new UsageError(`'${url}' is no URL such as amqp://user:password@host:5672/vhost`);
  }
  return connect(url, { direct, timeout: CONNECT_TIMEOUT_MS, signal: io.signal });
}

/**
 * Writes a line, and waits while the reader is slow.
 * @throws Error (EPIPE) if nobody reads any more
 */
export async function printLine(stream: Writable, line: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
