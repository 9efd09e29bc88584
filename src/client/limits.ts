/** Every bound and default of the client, with its unit and its reason. */

/** Octets of one write (DMP section 6): a write costs some 10 µs, below 5 % of what fills this. */
export const BATCHING_OCTETS = 32_768;
/** Below this many octets batching is off (DMP section 6). */
export const BATCHING_MIN_OCTETS = 2048;
/** The largest batch (DMP section 6), in octets. */
export const BATCHING_MAX_OCTETS = 2_097_152;

/**
 * Octets waiting to be written from which on `publish` returns false: a millisecond of loopback.
 */
export const UNWRITTEN_HIGH_WATER_OCTETS = 1024 * 1024;
/** Octets waiting to be written from which on `publish` throws, so that ignoring false ends. */
export const UNWRITTEN_MAX_OCTETS = 256 * 1024 * 1024;
/** Messages of a channel that wait from which on `publish` returns false, as amqplib counts. */
export const CHANNEL_HIGH_WATER_MESSAGES = 1024;

/** Octets read at once; as on the broker, the cost of a read is then below 5 %. */
export const READ_OCTETS = 256 * 1024;

/** Largest frame we propose, in octets: amqplib's and RabbitMQ's. */
export const FRAME_MAX_OCTETS = 131_072;
/** Largest frame accepted by default, in octets: amqplib's. */
export const FRAME_ACCEPTED_OCTETS = 64 * 1024 * 1024;
/** Highest channel number that its 16 bits can hold. */
export const CHANNEL_MAX = 0xffff;

/** Direct connections of a connection (DMP section 4, OpenAMQ's limit). */
export const DIRECT_MAX = 6;
/** Largest content sent directly, in octets: what OpenAMQ's server, the strictest, accepts. */
export const DIRECT_CONTENT_MAX_OCTETS = 2 * 1024 * 1024;
/** Milliseconds a direct connection may take to open: the broker's own limit (DMP section 2). */
export const DIRECT_SETUP_MS = 5000;
/** Milliseconds the broker may take to read what a sink had sent when it was closed. */
export const DIRECT_DRAIN_MS = 5000;
/** Milliseconds of silence after which a feed is dead: three of the longest heartbeat intervals. */
export const FEED_SILENCE_MS = 15_000;
/** How long to wait before a feed that broke is leased again; each time in a row, longer. */
export const FEED_RETRY = {
  initialDelayMs: 100,
  maxDelayMs: 30_000,
  factor: 2,
  jitter: 0.2,
  maxRetries: Infinity,
} as const;
/** Milliseconds after which a feed that breaks does not count as breaking again and again. */
export const FEED_STEADY_MS = 60_000;
/** How often an exchange is leased anew before its channel publishes to it in the ordinary way. */
export const LEASE_ATTEMPTS_MAX = 3;

/** Messages that may wait for the application, per iterator: 100 ms of a fast feed. */
export const ARRIVAL_HIGH_WATER_MESSAGES = 100_000;
/** Unacknowledged messages an iterator lets the broker send ahead. */
export const ITERATOR_PREFETCH = 256;
/** Unconfirmed messages before `publishConfirmed` waits. */
export const CONFIRM_IN_FLIGHT_MESSAGES = 1024;

/** Milliseconds the peer may take to close its side of a socket once we have closed ours. */
export const LINGER_MS = 5000;
