import type { FieldTable } from '../../wire/field-table.ts';
import { FRAME_MIN_SIZE } from '../../wire/frame.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import type { ConnectionStart, ConnectionTune, Method } from '../../wire/spec.ts';
import { brokerError, closeText, methodTitle } from '../errors.ts';
import { CHANNEL_MAX } from '../limits.ts';
import type { Login } from '../target.ts';
import { VERSION } from '../version.ts';

/** What client and broker agreed on. */
export interface Tuning {
  readonly serverProperties: FieldTable;
  /** Highest channel number. */
  readonly channelMax: number;
  /** Octets; 0 for no limit. */
  readonly frameMax: number;
  /** Seconds, 0 for none. */
  readonly heartbeat: number;
}

/** What to send next, and the result once the connection is open. */
export interface HandshakeStep {
  readonly send: readonly MethodToSend[];
  readonly opened: Tuning | null;
}

/** What we can do, of what brokers ask about before they use RabbitMQ's extensions. */
const CAPABILITIES: FieldTable = {
  publisher_confirms: true,
  exchange_exchange_bindings: true,
  'basic.nack': true,
  consumer_cancel_notify: true,
  'connection.blocked': true,
  authentication_failure_close: true,
};

/** The client's half of opening a connection (AMQP 0-9-1, 2.2.4), without a socket. */
export class ClientHandshake {
  private readonly login: Login;
  private serverProperties: FieldTable = {};
  private tuning: Tuning | null = null;
  private expected: 'start' | 'tune' | 'open-ok' = 'start';

  constructor(login: Login) {
    this.login = login;
  }

  /** @throws Error if the broker refuses, or says what it must not say now */
  accept(method: Method): HandshakeStep {
    if (method.name === 'connection.close') {
      throw brokerError(`Handshake terminated by server: ${closeText(method)}`, method);
    }
    if (method.name !== `connection.${this.expected}`) {
      const expected = methodTitle(`connection.${this.expected}`);
      throw new Error(`Expected ${expected}; got ${methodTitle(method.name)}`);
    }
    switch (method.name) {
      case 'connection.start':
        return this.start(method);
      case 'connection.tune':
        return this.tune(method);
      default:
        return { send: [], opened: this.tuning };
    }
  }

  private start(method: ConnectionStart): HandshakeStep {
    const { credentials, locale, clientProperties } = this.login;
    const { mechanism } = credentials;
    if (!method.mechanisms.toString().split(' ').includes(mechanism)) {
      throw new Error(`SASL mechanism ${mechanism} is not provided by the server`);
    }
    this.serverProperties = method.serverProperties;
    this.expected = 'tune';
    const properties = {
      product: 'directmq/client',
      version: VERSION,
      platform: `Node.js ${process.version}`,
      information: 'https://www.npmjs.com/package/directmq',
      capabilities: CAPABILITIES,
      ...(clientProperties as FieldTable),
    };
    const response = credentials.response();
    return {
      send: [
        { name: 'connection.start-ok', clientProperties: properties, mechanism, response, locale },
      ],
      opened: null,
    };
  }

  private tune(proposed: ConnectionTune): HandshakeStep {
    if (proposed.frameMax !== 0 && proposed.frameMax < FRAME_MIN_SIZE) {
      throw new Error(
        `Server frameMax ${proposed.frameMax} is below the protocol minimum ${FRAME_MIN_SIZE}`,
      );
    }
    const { login } = this;
    const channelMax = lower(proposed.channelMax, login.channelMax);
    const frameMax = lower(proposed.frameMax, login.frameMax);
    const heartbeat = heartbeatOf(proposed.heartbeat, login.heartbeat);
    this.tuning = {
      serverProperties: this.serverProperties,
      channelMax: channelMax || CHANNEL_MAX,
      frameMax,
      heartbeat,
    };
    this.expected = 'open-ok';
    return {
      send: [
        { name: 'connection.tune-ok', channelMax, frameMax, heartbeat },
        { name: 'connection.open', virtualHost: login.vhost },
      ],
      opened: null,
    };
  }
}

/** The lower of two limits, where 0 means none. */
function lower(a: number, b: number): number {
  return a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b);
}

function heartbeatOf(proposed: number, wanted: number | null): number {
  if (wanted === null) return proposed;
  return wanted === 0 ? 0 : lower(proposed, wanted);
}
