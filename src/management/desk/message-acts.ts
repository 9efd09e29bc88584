import { isUtf8 } from 'node:buffer';
import { requireQueueAccess } from '../../amqp-control/channel/access.ts';
import type { MessageHolder, Settlement } from '../../amqp-control/channel/acknowledgements.ts';
import type { Queue } from '../../amqp-control/queues/queue.ts';
import { type JsonObject, plainTable } from '../../amqp-control/stats/plain-table.ts';
import { MessageView } from '../../wire/message-view.ts';
import { encodeShortstr, SHORTSTR_MAX_OCTETS, shortstrText } from '../../wire/octets.ts';
import { decodeProperties } from '../../wire/properties.ts';
import { ProtocolError, replyText } from '../../wire/protocol-error.ts';
import { badRequest } from '../link/api-error.ts';
import { type Act, enter } from './act-context.ts';
import type { Arguments } from './arguments.ts';
import { type InternalChannel, onChannel } from './internal-channel.ts';
import { propertiesFromJson, propertiesToJson } from './properties-json.ts';

/** The bit of Basic.Publish that asks for what can't be routed. */
const MANDATORY = 1;
/** Messages fetched at once: each is copied, and turned into JSON, in one turn of main. */
const GET_MESSAGES_MAX = 1000;
/** Octets of bodies fetched at once: main does nothing else meanwhile. */
const GET_OCTETS_MAX = 16 * 1024 * 1024;

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

const SETTLEMENTS: Readonly<Record<string, Settlement>> = {
  ack_requeue_true: 'requeue',
  reject_requeue_true: 'requeue',
  ack_requeue_false: 'ack',
  reject_requeue_false: 'reject',
};

/** @returns whether any queue took the message */
const publish: Act = async (context, given) => {
  given.require('routing_key', 'properties', 'payload', 'payload_encoding');
  const entry = enter(context, given);
  const view = messageOf(given);
  const { messageOctetsMax } = context.core.settings;
  if (view.bodySize > messageOctetsMax) {
    throw badRequest(
      `the payload has ${view.bodySize} octets, at most ${messageOctetsMax} are allowed`,
    );
  }
  try {
    return await onChannel(context.core, entry, ({ channel }) => {
      channel.publish(view, MANDATORY);
      return { routed: channel.counts.returned === 0 };
    });
  } catch (error) {
    // RabbitMQ answers 400 where there is no such exchange.
    if (error instanceof ProtocolError && error.code === 404) {
      throw badRequest(`${error.code} ${replyText(error)}`);
    }
    throw error;
  }
};

const get: Act = async (context, given) => {
  given.require('count', 'ackmode', 'encoding');
  const entry = enter(context, given);
  const settlement = SETTLEMENTS[given.text('ackmode')];
  if (settlement === undefined) {
    throw badRequest(`ackmode must be one of ${Object.keys(SETTLEMENTS).join(', ')}`);
  }
  const encoding = given.text('encoding');
  if (encoding !== 'auto' && encoding !== 'base64') {
    throw badRequest('encoding must be auto or base64');
  }
  const name = given.text('name');
  requireQueueAccess(entry, 'read', name);
  const limits = {
    messages: Math.min(given.count('count', 1), GET_MESSAGES_MAX),
    truncate: given.count('truncate', Infinity),
    base64: encoding === 'base64',
  };
  return onChannel(context.core, entry, async (internal) => {
    const queue = internal.vhost.queue(name, internal.number);
    const fetch = new Fetch(internal, queue, limits);
    fetch.takeMore();
    if (!fetch.awaitsHead) return fetch.end(settlement);
    while (fetch.awaitsHead) {
      await new Promise<void>((resolve) => queue.whenHeadIsHere(resolve));
      context.inTurn(() => fetch.takeMore());
    }
    return context.inTurn(() => fetch.end(settlement));
  });
};

interface FetchLimits {
  readonly messages: number;
  /** Octets of a body that are shown. */
  readonly truncate: number;
  readonly base64: boolean;
}

/** Takes messages from a queue, shows them, and settles them in the end. */
class Fetch {
  private readonly internal: InternalChannel;
  private readonly queue: Queue;
  private readonly limits: FetchLimits;
  private readonly holder: MessageHolder;
  private readonly messages: JsonObject[] = [];
  private octets = 0;

  constructor(internal: InternalChannel, queue: Queue, limits: FetchLimits) {
    this.internal = internal;
    this.queue = queue;
    this.limits = limits;
    this.holder = { queue, unackedCount: 0, released: () => {} };
  }

  /** More may be taken, but the next one is paged out. */
  get awaitsHead(): boolean {
    return !this.isDone && !this.queue.headIsHere;
  }

  /** Takes what may be taken and is in memory. */
  takeMore(): void {
    const { queue, messages, limits } = this;
    const { core, channel } = this.internal;
    while (!this.isDone) {
      const head = queue.takeHead();
      if (head === null) return;
      const { log, position } = head;
      channel.acknowledgements.track(log, position, this.holder);
      const redelivered = log.isRedelivered(position);
      log.load(position, core.scratch);
      this.octets += core.scratch.bodySize;
      messages.push(messageJson(core.scratch, redelivered, queue.readyCount, limits));
      for (const counts of [queue.counts, channel.counts]) {
        counts.got++;
        if (redelivered) counts.redelivered++;
      }
    }
  }

  end(settlement: Settlement): readonly JsonObject[] {
    const { channel } = this.internal;
    if (this.messages.length === 0) {
      this.queue.counts.gotNothing++;
      channel.counts.gotNothing++;
    } else {
      channel.settle(0, true, settlement);
    }
    return this.messages;
  }

  private get isDone(): boolean {
    return this.messages.length >= this.limits.messages || this.octets >= GET_OCTETS_MAX;
  }
}

function messageJson(
  view: MessageView,
  redelivered: boolean,
  messagesLeft: number,
  limits: FetchLimits,
): JsonObject {
  const { envelope, body, bodyAt, bodySize } = view;
  const properties = decodeProperties(envelope, view.propertiesAt, view.propertiesEnd);
  const shown = body.subarray(bodyAt, bodyAt + Math.min(bodySize, limits.truncate));
  const asText = !limits.base64 && isUtf8(shown);
  return {
    payload_bytes: bodySize,
    redelivered,
    exchange: shortstrText(envelope, view.exchangeAt),
    routing_key: shortstrText(envelope, view.routingKeyAt),
    message_count: messagesLeft,
    properties: propertiesToJson({
      ...properties,
      headers: properties.headers && plainTable(properties.headers),
    }),
    payload: shown.toString(asText ? 'utf8' : 'base64'),
    payload_encoding: asText ? 'string' : 'base64',
  };
}

function messageOf(given: Arguments): MessageView {
  const encoding = given.text('payload_encoding');
  if (encoding !== 'string' && encoding !== 'base64') {
    throw badRequest(`unsupported encoding ${encoding}: use string or base64`);
  }
  const exchange = shortText(given, 'name');
  const routingKey = shortText(given, 'routing_key');
  const properties = propertiesFromJson(given.table('properties'));
  const view = new MessageView();
  view.envelope = Buffer.concat([exchange, routingKey, properties]);
  view.routingKeyAt = exchange.length;
  view.propertiesAt = exchange.length + routingKey.length;
  view.propertiesEnd = view.envelope.length;
  view.body = bodyOf(given.text('payload'), encoding);
  view.bodySize = view.body.length;
  view.bodyOwned = true;
  return view;
}

/** @throws ApiError 400 for a payload that isn't in the encoding that it is said to be in */
function bodyOf(payload: string, encoding: 'string' | 'base64'): Buffer {
  if (encoding === 'string') return Buffer.from(payload);
  if (!BASE64.test(payload)) throw badRequest('the payload is not base64');
  return Buffer.from(payload, 'base64');
}

function shortText(given: Arguments, name: string): Buffer {
  const text = given.text(name);
  if (Buffer.byteLength(text) > SHORTSTR_MAX_OCTETS) {
    throw badRequest(`${name} is longer than ${SHORTSTR_MAX_OCTETS} octets`);
  }
  return encodeShortstr(text);
}

export const MESSAGE_ACTS = { 'message.publish': publish, 'message.get': get };
