import type { CoreSettings } from './amqp-control/broker-core.ts';
import type { BrokerOptions } from './config/options.ts';

/** What the options say to the AMQP side of the broker. */
export function coreSettings(options: BrokerOptions): CoreSettings {
  const unlimited = (limit: number) => (limit === 0 ? Infinity : limit);
  return {
    directByDefault: options.direct,
    vhosts: options.vhosts,
    logins: {
      anonymousUser: options.anonymous === 'none' ? null : options.anonymous,
    },
    loopbackUsers: options.loopbackUsers,
    frameMax: options.frameMax,
    channelMax: options.channelMax,
    heartbeatSeconds: options.heartbeatS,
    setupTimeoutMs: options.setupTimeoutMs,
    connectionsMax: options.maxConnections,
    messageOctetsMax: options.maxMessageSize,
    queueLimits: {
      queuesMax: unlimited(options.maxQueues),
      queueLengthMax: unlimited(options.maxQueueLength),
      queueOctetsMax: unlimited(options.maxQueueOctets),
    },
  };
}
