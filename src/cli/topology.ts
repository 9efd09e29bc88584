import { type CommonOptions, printLine, type ToolIo, withSession } from './context.ts';
import { EXIT_OK } from './exit-code.ts';

/** Options of `directmq declare exchange`. */
export interface ExchangeToolOptions extends CommonOptions {
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean | undefined;
  readonly internal: boolean | undefined;
  readonly argument: Record<string, unknown> | undefined;
}

/** Options of `directmq declare queue`. */
export interface QueueToolOptions extends CommonOptions {
  readonly durable: boolean;
  readonly autoDelete: boolean | undefined;
  readonly argument: Record<string, unknown> | undefined;
}

/** Options of `directmq bind` and `directmq unbind`. */
export interface BindToolOptions extends CommonOptions {
  readonly key: string;
  readonly toExchange: boolean | undefined;
  readonly argument: Record<string, unknown> | undefined;
}

/** Options of `directmq delete`. */
export interface DeleteToolOptions extends CommonOptions {
  readonly ifUnused: boolean | undefined;
  readonly ifEmpty: boolean | undefined;
}

/** Prints a report: one line of JSON, or a sentence. */
async function report(
  io: ToolIo,
  options: CommonOptions,
  fields: Record<string, string | number>,
  sentence: string,
): Promise<number> {
  await printLine(io.stdout, options.json ? JSON.stringify(fields) : sentence);
  return EXIT_OK;
}

/** `directmq declare exchange`. */
export async function declareExchange(
  name: string,
  options: ExchangeToolOptions,
  io: ToolIo,
): Promise<number> {
  const { type, durable, autoDelete, internal, argument } = options;
  return withSession(options, io, async ({ channel }) => {
    await channel.assertExchange(name, type, {
      durable,
      autoDelete,
      internal,
      arguments: argument,
    });
    return report(io, options, { exchange: name, type }, `exchange ${name} declared`);
  });
}

/** `directmq declare queue`. */
export async function declareQueue(
  name: string,
  options: QueueToolOptions,
  io: ToolIo,
): Promise<number> {
  const { durable, autoDelete, argument } = options;
  return withSession(options, io, async ({ channel }) => {
    const ok = await channel.assertQueue(name, { durable, autoDelete, arguments: argument });
    const text = `queue ${ok.queue} declared: ${ok.messageCount} messages`;
    return report(io, options, { ...ok }, `${text}, ${ok.consumerCount} consumers`);
  });
}

/** `directmq bind` and `directmq unbind`: methods of the channel, and what is said. */
const BINDING_CHANGES = {
  bind: { ofQueue: 'bindQueue', ofExchange: 'bindExchange', done: 'bound to' },
  unbind: { ofQueue: 'unbindQueue', ofExchange: 'unbindExchange', done: 'unbound from' },
} as const;

/** The tool that makes, or removes, a binding. */
export function changeBinding(change: keyof typeof BINDING_CHANGES) {
  const { ofQueue, ofExchange, done } = BINDING_CHANGES[change];
  return async (
    source: string,
    destination: string,
    options: BindToolOptions,
    io: ToolIo,
  ): Promise<number> => {
    const { key, argument, toExchange } = options;
    return withSession(options, io, async ({ channel }) => {
      await channel[toExchange ? ofExchange : ofQueue](destination, source, key, argument);
      const fields = { source, destination, key };
      return report(io, options, fields, `${destination} ${done} ${source} with '${key}'`);
    });
  };
}

/** `directmq purge`. */
export async function purge(queue: string, options: CommonOptions, io: ToolIo): Promise<number> {
  return withSession(options, io, async ({ channel }) => {
    const { messageCount } = await channel.purgeQueue(queue);
    return report(io, options, { queue, messageCount }, `${messageCount} messages purged`);
  });
}

/** `directmq delete queue`. */
export async function deleteQueue(
  queue: string,
  options: DeleteToolOptions,
  io: ToolIo,
): Promise<number> {
  return withSession(options, io, async ({ channel }) => {
    const { messageCount } = await channel.deleteQueue(queue, options);
    const text = `queue ${queue} deleted with ${messageCount} messages`;
    return report(io, options, { queue, messageCount }, text);
  });
}

/** `directmq delete exchange`. */
export async function deleteExchange(
  exchange: string,
  options: DeleteToolOptions,
  io: ToolIo,
): Promise<number> {
  return withSession(options, io, async ({ channel }) => {
    await channel.deleteExchange(exchange, options);
    return report(io, options, { exchange }, `exchange ${exchange} deleted`);
  });
}
