import {
  COUNT_MAX,
  choice,
  duration,
  flag,
  integer,
  memory,
  names,
  OCTETS_MAX,
  type OptionDefinition,
  octets,
  text,
  users,
  type ValueOf,
} from './option-kinds.ts';
import { GIB, KIB, MIB } from './units.ts';

/** Longest time-out in milliseconds: ten minutes, after which a peer can be taken for dead. */
const TIMEOUT_MAX_MS = 600_000;
/** Most threads of one kind: more than the cores of the machines we know of. */
const THREADS_MAX = 256;

const listening = {
  host: text('host', '127.0.0.1', 'Address or host name to listen on'),
  port: integer('port', 5672, [0, 65_535], 'TCP port of AMQP and DMP; 0 = any free one'),
  rabbitmqPort: integer(
    'rabbitmq-port',
    0,
    [0, 65_535],
    'A second port, for clients that must be told that this is RabbitMQ; 0 = none',
  ),
  // A peer that has not logged in holds a descriptor and nothing vouches for it: hence seconds.
  setupTimeoutMs: duration('setup-timeout', 'ms', 5000, [10, TIMEOUT_MAX_MS], 'Time to log in'),
  shutdownTimeoutMs: duration(
    'shutdown-timeout',
    'ms',
    5000,
    [0, TIMEOUT_MAX_MS],
    'Time for clients to take what is under way when the broker stops',
  ),
  identity: {
    ...text('identity', 'directmq', 'Product and version told to clients'),
    pattern: /^(directmq|rabbitmq(:\d+\.\d+\.\d+)?)$/,
    valid: 'directmq, rabbitmq, rabbitmq:VERSION (such as rabbitmq:3.13.7)',
  },
};

const management = {
  managementHost: text(
    'management-host',
    '127.0.0.1',
    'Address or host name that the management API listens on',
  ),
  // As far from the port of AMQP as RabbitMQ's, so that brokers side by side don't meet.
  managementPort: {
    ...integer(
      'management-port',
      null,
      [-1, 65_535],
      'TCP port of the management API, metrics and page; 0 = any free one, -1 = none',
    ),
    embeddedDefault: -1,
    defaultText: 'port + 10000 (15672); any free one if port is 0',
  },
  managementTls: flag(
    'management-tls',
    false,
    'Serve the management API over TLS (https), by the versions of tls-min-version',
  ),
  managementTlsCert: text(
    'management-tls-cert',
    'none',
    "PEM file with the API's certificate and its chain; none = that of tls-cert",
  ),
  managementTlsKey: text(
    'management-tls-key',
    'none',
    'PEM file with the key of that certificate; none = that of tls-key',
  ),
  // One in 100 costs nothing that can be seen (docs/management.md), and gives a busy broker
  // thousands a minute.
  latencySampling: {
    ...integer(
      'latency-sampling',
      100,
      [0, COUNT_MAX],
      'One in how many reads from sockets is timed for the latencies shown; 0 = none',
    ),
    embeddedDefault: 0,
  },
};

const threads = {
  shards: {
    ...integer('shards', null, [0, THREADS_MAX], 'Threads that read and route; 0 = in main'),
    embeddedDefault: 0,
    defaultText: 'cores - 1, at least 1',
  },
  writers: {
    ...integer('writers', null, [0, THREADS_MAX], 'Threads that write to feeds; 0 = in main'),
    defaultText: '1, or 0 when there are no shards',
  },
  // Below 64 KiB a ring fills between two turns of an event loop; positions wrap at 32 bits.
  ringOctets: {
    ...octets('ring-octets', 4 * MIB, [64 * KIB, GIB], 'Memory of the ring between two threads'),
    powerOfTwo: true,
  },
};

const limits = {
  // AMQP 0-9-1 section 4.2.3 demands at least 4096; a frame of 1 MiB already delays heartbeats.
  frameMax: octets('frame-max', 128 * KIB, [4096, MIB], 'Largest frame on the wire'),
  // RabbitMQ's default: more channels on a connection are nearly always a leak in a client.
  channelMax: integer('channel-max', 2047, [1, 65_535], 'Channels of one connection'),
  // Two octets on the wire.
  heartbeatS: duration(
    'heartbeat',
    's',
    60,
    [0, 65_535],
    'Heartbeat interval proposed to clients; 0 = none',
  ),
  // A connection costs a descriptor, and 65536 is a common limit of descriptors.
  maxConnections: integer('max-connections', 65_536, [1, COUNT_MAX], 'Connections at a time'),
  maxQueues: integer('max-queues', 0, [0, COUNT_MAX], 'Queues of the broker; 0 = unlimited'),
  maxQueueLength: integer(
    'max-queue-length',
    0,
    [0, COUNT_MAX],
    'Messages ready in one queue, as if it had been declared with x-max-length; 0 = unlimited',
  ),
  maxQueueOctets: octets(
    'max-queue-octets',
    0,
    [0, OCTETS_MAX],
    'Octets ready in one queue, as if it had been declared with x-max-length-bytes; 0 = unlimited',
  ),
  // RabbitMQ's default and its largest value.
  maxMessageSize: octets('max-message-size', 16 * MIB, [1, 512 * MIB], 'Largest message body'),
  memoryHighWater: memory(
    'memory-high-water',
    0.4,
    16 * MIB,
    'Memory in use at which publishers are blocked: a share of what the machine or container ' +
      'has, or a size; 0 = unlimited',
  ),
};

const storage = {
  dataDir: {
    ...text(
      'data-dir',
      'directmq-data',
      'Directory of what survives a restart; none = nothing does',
    ),
    embeddedDefault: 'none',
  },
  // Half of the default of memory-high-water, as RabbitMQ's vm_memory_high_watermark_paging_ratio.
  queueMemory: memory(
    'queue-memory',
    0.2,
    16 * KIB,
    'What queues may hold in memory before messages are paged out to the data directory: a share ' +
      'of what the machine or container has, or a size, and never more than half of ' +
      'memory-high-water; 0 = nothing is paged out',
  ),
  // RabbitMQ's default.
  diskFreeLimit: octets(
    'disk-free-limit',
    50 * MIB,
    [0, OCTETS_MAX],
    'Free space on the disk of the data directory below which publishers are blocked; 0 = never',
  ),
};

const direct = {
  direct: flag(
    'direct',
    false,
    'Tell clients to use Direct Mode unless their application says otherwise',
  ),
  directLeaseTimeoutMs: duration(
    'direct-lease-timeout',
    'ms',
    5000,
    [10, TIMEOUT_MAX_MS],
    'Time in which a lease must be presented',
  ),
  directHeartbeatMs: duration(
    'direct-heartbeat',
    'ms',
    2000,
    [100, 60_000],
    'Idle time after which a feed sends a heartbeat',
  ),
  // The default is OpenAMQ's; a DMP body is at most 2^24 - 1 octets.
  directMaxContent: octets(
    'direct-max-content',
    2 * MIB,
    [4 * KIB, 16 * MIB],
    'Largest content on a sink, envelope included',
  ),
  // The values are those of DMP section 6.
  directBatching: octets(
    'direct-batching',
    32 * KIB,
    [0, 2 * MIB],
    'Most octets written to a feed at once; less than 2048 = one content at a time',
  ),
  // A feed at 10 million contents a second that stalls for a millisecond is 10,000 behind: that
  // is worth a word; five times that is a feed that does not keep up. The octets cap large bodies.
  feedWarnMessages: integer(
    'feed-warn-messages',
    10_000,
    [1, COUNT_MAX],
    'Backlog of one feed, in messages, at which the broker warns once',
  ),
  feedDropMessages: integer(
    'feed-drop-messages',
    50_000,
    [1, COUNT_MAX],
    'Backlog of one feed, in messages, from which new ones are dropped',
  ),
  feedWarnOctets: octets(
    'feed-warn-octets',
    8 * MIB,
    [1, OCTETS_MAX],
    'Backlog of one feed, in octets, at which the broker warns once',
  ),
  feedDropOctets: octets(
    'feed-drop-octets',
    32 * MIB,
    [1, OCTETS_MAX],
    'Backlog of one feed, in octets, from which new messages are dropped',
  ),
};

const tls = {
  tlsPort: integer(
    'tls-port',
    0,
    [0, 65_535],
    'TCP port of AMQP and DMP over TLS (amqps); 0 = none',
  ),
  tlsCert: text('tls-cert', 'none', "PEM file with the broker's certificate and its chain"),
  tlsKey: text('tls-key', 'none', 'PEM file with the key of the certificate'),
  tlsCa: text(
    'tls-ca',
    'none',
    "PEM file with the authorities that sign clients' certificates; none = those of the system",
  ),
  tlsVerify: choice(
    'tls-verify',
    'none',
    ['none', 'peer'],
    'Whether clients are asked for a certificate, which must then be valid',
  ),
  tlsRequireCertificate: flag(
    'tls-require-certificate',
    false,
    'Refuse clients without a certificate (with tls-verify peer)',
  ),
  tlsLoginFrom: choice(
    'tls-login-from',
    'common-name',
    ['common-name', 'distinguished-name', 'subject-alternative-name'],
    "The name in a client's certificate that is its user's (SASL EXTERNAL)",
  ),
  tlsMinVersion: choice(
    'tls-min-version',
    'TLSv1.2',
    ['TLSv1.2', 'TLSv1.3'],
    'Oldest version of TLS that clients may use',
  ),
};

const accounts = {
  anonymous: text('anonymous', 'none', 'User that SASL ANONYMOUS logs in as, or none'),
  defaultUser: text('default-user', 'guest', 'The one user when the config file lists no users'),
  defaultPass: text('default-pass', 'guest', 'Password of the default user'),
  loopbackUsers: names(
    'loopback-users',
    ['guest'],
    0,
    'Users who may log in from this machine only',
  ),
  vhosts: names('vhosts', ['/'], 1, 'Virtual hosts'),
  definitions: text(
    'definitions',
    'none',
    "File with RabbitMQ's definitions (JSON) to import at the start, or none",
  ),
  users: users('users', 'Users with passwords, tags and permissions (config file only)'),
};

const logging = {
  logLevel: {
    ...choice(
      'log-level',
      'info',
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Least severe log record written to standard error',
    ),
    embeddedDefault: 'silent' as const,
  },
};

const monitoring = {
  monitor: flag(
    'monitor',
    false,
    'The command prints message rates in and out, their mean, peak and iomean each second',
  ),
};

/** The options by heading, in the order of `--help` and docs/configuration.md. */
export const OPTION_GROUPS: Readonly<Record<string, Readonly<Record<string, OptionDefinition>>>> = {
  Listening: listening,
  Management: management,
  Threads: threads,
  Storage: storage,
  Limits: limits,
  'Direct Mode': direct,
  TLS: tls,
  Accounts: accounts,
  Logging: logging,
  Monitoring: monitoring,
};

/**
 * Every option of the broker. Flags, environment variables, config-file keys, validation, help,
 * docs/configuration.md and the type `BrokerOptions` are all derived from this table.
 */
export const OPTIONS = {
  ...listening,
  ...management,
  ...threads,
  ...storage,
  ...limits,
  ...direct,
  ...tls,
  ...accounts,
  ...logging,
  ...monitoring,
} satisfies Readonly<Record<string, OptionDefinition>>;

/** Camel-case name of an option, as programs that embed the broker write it. */
export type OptionName = keyof typeof OPTIONS;

/** All options, complete. Sizes are in octets, times in the unit their name ends with. */
export type BrokerOptions = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

export type LogLevel = BrokerOptions['logLevel'];

/** Every option with its name, for code that walks the table. */
export const OPTION_ENTRIES = Object.entries(OPTIONS) as readonly (readonly [
  OptionName,
  OptionDefinition,
])[];

/** The environment variable of an option: `DIRECTMQ_FRAME_MAX` for `frame-max`. */
export function environmentName(flag: string): string {
  return `DIRECTMQ_${flag.replaceAll('-', '_').toUpperCase()}`;
}
