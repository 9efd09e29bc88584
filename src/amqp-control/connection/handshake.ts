import type { FieldTable } from '../../wire/field-table.ts';
import { FRAME_MIN_SIZE } from '../../wire/frame.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import { connectionError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED, COMMAND_INVALID, NOT_ALLOWED } from '../../wire/reply-code.ts';
import type {
  ConnectionOpen,
  ConnectionStartOk,
  ConnectionTuneOk,
  Method,
} from '../../wire/spec.ts';
import { CONNECTION_OPEN, CONNECTION_START_OK, CONNECTION_TUNE_OK } from '../../wire/spec.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { LoginOrigin } from '../security/login-origin.ts';
import type { Verdict } from '../security/logins.ts';
import type { User } from '../security/user.ts';
import type { VHost } from '../topology/vhost.ts';
import { type Identity, serverProperties } from './server-properties.ts';

/** What client and server have agreed on. */
export interface Session {
  readonly user: User;
  readonly vhost: VHost;
  readonly channelMax: number;
  /** Octets of the largest frame. */
  readonly frameMax: number;
  /** 0 = no heartbeats. */
  readonly heartbeatSeconds: number;
  readonly clientProperties: FieldTable;
  /** How it logged in. */
  readonly mechanism: string;
}

/** The connection that a handshake is made for. */
export interface HandshakeHost {
  /** What log records say of the connection. */
  readonly logFields: Readonly<Record<string, unknown>>;
  send(method: MethodToSend): void;
  isAlive(): boolean;
  /** The login that the handshake waited for is decided; `refusal` is null if it succeeded. */
  loginDecided(refusal: Error | null): void;
}

/** Thrown when a login is refused by a client that can't be told: the socket just closes. */
export class LoginRefused extends Error {}

/**
 * The dialogue from Connection.Start to Connection.Open (specification 2.2.4), step by step.
 * Methods in any other order are refused with 503.
 */
export class Handshake {
  private readonly core: BrokerCore;
  private readonly identity: Identity;
  private readonly origin: LoginOrigin;
  private readonly host: HandshakeHost;
  private expected: 'connection.start-ok' | 'connection.tune-ok' | 'connection.open' =
    'connection.start-ok';
  /** Who has logged in. */
  user: User | null = null;
  /** It isn't decided yet who the client is: nothing may be taken before `loginDecided`. */
  isWaiting = false;
  private clientProperties: FieldTable = {};
  private mechanism = '';
  private tuned: ConnectionTuneOk | null = null;

  constructor(core: BrokerCore, identity: Identity, origin: LoginOrigin, host: HandshakeHost) {
    this.core = core;
    this.identity = identity;
    this.origin = origin;
    this.host = host;
  }

  /** Sends Connection.Start. */
  start(): void {
    const { settings, logins } = this.core;
    this.host.send({
      name: 'connection.start',
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: serverProperties(this.identity, settings.directByDefault),
      mechanisms: Buffer.from(logins.mechanisms(this.origin).join(' ')),
      locales: Buffer.from('en_US'),
    });
  }

  /**
   * Takes the client's next method.
   * @returns the session once Connection.Open was accepted; Open-Ok is the caller's to send
   * @throws ProtocolError 403, 503, 530; LoginRefused
   */
  next(method: Method): Session | null {
    if (method.name !== this.expected) {
      throw connectionError(COMMAND_INVALID, `expected '${this.expected}', got '${method.name}'`);
    }
    switch (method.name) {
      case 'connection.start-ok':
        this.login(method);
        return null;
      case 'connection.tune-ok':
        this.tune(method);
        return null;
      default:
        return this.open(method as ConnectionOpen);
    }
  }

  private login({ mechanism, response, clientProperties }: ConnectionStartOk): void {
    const offered = this.core.logins.mechanisms(this.origin);
    this.clientProperties = clientProperties;
    this.mechanism = mechanism;
    if (!offered.includes(mechanism)) {
      const text =
        `unknown authentication mechanism '${mechanism}', ` + `use one of ${offered.join(' ')}`;
      throw this.refusal({ mechanism, reason: 'unknown mechanism' }, text);
    }
    this.isWaiting = true;
    let isLate = false;
    this.core.logins.login(mechanism, response, {
      origin: this.origin,
      isWanted: () => this.host.isAlive(),
      decided: (verdict) => {
        this.isWaiting = false;
        if (isLate && !this.host.isAlive()) return;
        const refusal = this.obey(verdict, mechanism);
        if (isLate) this.host.loginDecided(refusal);
        else if (refusal !== null) throw refusal;
      },
    });
    isLate = true;
  }

  /** Goes on with Connection.Tune, or returns what is to be said to a client that may not. */
  private obey(verdict: Verdict, mechanism: string): Error | null {
    const { user, reason } = verdict;
    this.core.loginCounts.amqp091.count(user !== null);
    if (user === null) {
      const text =
        `Login was refused using authentication mechanism ${mechanism}. ` +
        'For details see the broker logfile.';
      return this.refusal({ mechanism, reason, user: verdict.name }, text);
    }
    const { settings, events } = this.core;
    this.user = user;
    this.expected = 'connection.tune-ok';
    events.write('debug', { user: user.name, mechanism, ...this.host.logFields }, 'logged in');
    this.host.send({
      name: 'connection.tune',
      channelMax: settings.channelMax,
      frameMax: settings.frameMax,
      heartbeat: settings.heartbeatSeconds,
    });
    return null;
  }

  private refusal(fields: Readonly<Record<string, unknown>>, text: string): Error {
    this.core.events.write('warn', { ...fields, ...this.host.logFields }, 'login refused');
    if (!understandsRefusal(this.clientProperties)) return new LoginRefused();
    return connectionError(ACCESS_REFUSED, text, CONNECTION_START_OK);
  }

  /** A client may ask for less than was offered; 0, "no limit", is more (as RabbitMQ sees it). */
  private tune(method: ConnectionTuneOk): void {
    const { frameMax, channelMax } = this.core.settings;
    if (method.frameMax > frameMax || method.frameMax < FRAME_MIN_SIZE) {
      throw connectionError(
        NOT_ALLOWED,
        `negotiated frame_max = ${method.frameMax} is not in ${FRAME_MIN_SIZE} to ${frameMax}`,
        CONNECTION_TUNE_OK,
      );
    }
    if (method.channelMax > channelMax || method.channelMax === 0) {
      throw connectionError(
        NOT_ALLOWED,
        `negotiated channel_max = ${method.channelMax} is not between 1 and ${channelMax}`,
        CONNECTION_TUNE_OK,
      );
    }
    this.tuned = method;
    this.expected = 'connection.open';
  }

  private open(method: ConnectionOpen): Session {
    const { user, tuned, clientProperties } = this;
    const { vhosts } = this.core;
    const { virtualHost } = method;
    if (user === null || tuned === null) throw new Error('connection.open before tune-ok');
    const vhost = vhosts.get(virtualHost);
    if (vhost === undefined) {
      throw connectionError(NOT_ALLOWED, `vhost ${virtualHost} not found`, CONNECTION_OPEN);
    }
    if (user.permissionsIn(virtualHost) === null) {
      throw connectionError(
        NOT_ALLOWED,
        `access to vhost '${virtualHost}' refused for user '${user.name}'`,
        CONNECTION_OPEN,
      );
    }
    requireRoom(user, vhost);
    return {
      user,
      vhost,
      clientProperties,
      mechanism: this.mechanism,
      channelMax: tuned.channelMax,
      frameMax: tuned.frameMax,
      heartbeatSeconds: tuned.heartbeat,
    };
  }
}

/** @throws ProtocolError 530 if the user or the vhost has as many connections as it may have */
function requireRoom(user: User, vhost: VHost): void {
  const vhostMax = vhost.limits.connectionsMax;
  if (vhost.connectionCount >= vhostMax) {
    throw connectionError(
      NOT_ALLOWED,
      `access to vhost '${vhost.name}' refused for user '${user.name}': ` +
        `connection limit (${vhostMax}) is reached`,
      CONNECTION_OPEN,
    );
  }
  const userMax = user.limits.connectionsMax;
  if (user.connectionCount >= userMax) {
    throw connectionError(
      NOT_ALLOWED,
      `connection refused for user '${user.name}': user connection limit (${userMax}) is reached`,
      CONNECTION_OPEN,
    );
  }
}

/** Whether the client announced a capability in Connection.Start-Ok. */
export function hasCapability(clientProperties: FieldTable, name: string): boolean {
  const { capabilities } = clientProperties;
  if (typeof capabilities !== 'object' || capabilities === null) return false;
  if (Array.isArray(capabilities) || Buffer.isBuffer(capabilities)) return false;
  return (capabilities as FieldTable)[name] === true;
}

function understandsRefusal(clientProperties: FieldTable): boolean {
  return hasCapability(clientProperties, 'authentication_failure_close');
}
