import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import * as args from '../amqp/arguments.ts';
import type { Channel, Done } from '../amqp/channel.ts';
import type { Fields } from '../amqp/method-fields.ts';
import type { ChannelRequests } from '../types/requests.ts';

/** A request of a channel, without the shape that promises or callbacks give it. */
export interface Operation<Args extends unknown[], Reply> {
  /** Arguments there may be; a callback stands behind them. */
  readonly arity: number;
  /** @throws Error if an argument is not valid or the channel cannot be used */
  readonly run: (channel: Channel, args: Args, done: Done<Reply>) => void;
}

/** The operation that a method with a promise stands for. */
export type OperationOf<M> = M extends (...args: infer Args) => Promise<infer Reply>
  ? Operation<Args, Reply>
  : never;

/** Asks the broker, and replies with the fields of its answer. */
function asks<Args extends unknown[], Name extends Method['name']>(
  build: (...args: Args) => MethodToSend,
  expected: Name,
): Operation<Args, Fields<Name>> {
  return {
    arity: build.length,
    run: (channel, values, done) => channel.ask(build(...values), expected, done),
  };
}

/** All requests of a channel, by the names that applications know. */
export const OPERATIONS: {
  readonly [Name in keyof ChannelRequests]: OperationOf<ChannelRequests[Name]>;
} = {
  assertQueue: asks(args.assertQueue, 'queue.declare-ok'),
  checkQueue: asks(args.checkQueue, 'queue.declare-ok'),
  deleteQueue: asks(args.deleteQueue, 'queue.delete-ok'),
  purgeQueue: asks(args.purgeQueue, 'queue.purge-ok'),
  bindQueue: asks(args.bindQueue, 'queue.bind-ok'),
  unbindQueue: asks(args.unbindQueue, 'queue.unbind-ok'),

  assertExchange: {
    arity: args.assertExchange.length,
    run: (channel, values, done) => {
      const [exchange] = values;
      channel.ask(args.assertExchange(...values), 'exchange.declare-ok', (...[error]) => {
        if (error === null) done(null, { exchange });
        else done(error);
      });
    },
  },
  checkExchange: asks(args.checkExchange, 'exchange.declare-ok'),
  deleteExchange: asks(args.deleteExchange, 'exchange.delete-ok'),
  bindExchange: asks(args.bindExchange, 'exchange.bind-ok'),
  unbindExchange: asks(args.unbindExchange, 'exchange.unbind-ok'),

  consume: {
    arity: 3,
    run: (channel, [queue, onMessage, options], done) =>
      channel.startConsuming(args.consume(queue, options), onMessage, done),
  },
  cancel: {
    arity: args.cancel.length,
    run: (channel, [consumerTag], done) => channel.stopConsuming(args.cancel(consumerTag), done),
  },
  get: {
    arity: args.get.length,
    run: (channel, [queue, options], done) => channel.getMessage(args.get(queue, options), done),
  },

  prefetch: {
    arity: args.prefetch.length,
    run: (channel, [count, global], done) => {
      const method = args.prefetch(count, global);
      if (!global) channel.consumerPrefetch = method.prefetchCount ?? 0;
      channel.ask(method, 'basic.qos-ok', done);
    },
  },
  recover: asks(args.recover, 'basic.recover-ok'),
};
