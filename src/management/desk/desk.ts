import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import type { DirectReport } from '../../amqp-control/direct/direct-report.ts';
import type { Chronometer, StageReport } from '../../amqp-control/stats/chronometer.ts';
import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';
import { ObjectSources } from '../../amqp-control/stats/object-sources.ts';
import type { ObjectSlice } from '../../amqp-control/stats/object-walk.ts';
import { notAuthorised } from '../link/api-error.ts';
import type { Identity, LatencyOf, Question, Refusal } from '../link/messages.ts';
import type { ActContext } from './act-context.ts';
import { ACTS } from './acts.ts';
import { Arguments } from './arguments.ts';
import type { EventRing } from './event-ring.ts';
import { Logins } from './logins.ts';
import { type ListenerCertificates, nodeFigures } from './node-figures.ts';
import { refusalOf } from './refusals.ts';

/**
 * Objects of a slice: about 0.3 ms of main's time, or 2 ms if all of them are new, before its
 * sockets have their turn again.
 */
const SLICE_OBJECTS = 1000;

/** How answers get to the management thread. */
export interface Answering {
  slice(slice: ObjectSlice): void;
  answer(value: unknown): void;
  refuse(refusal: Refusal): void;
  /** Calls `work` when sockets have had their turn. */
  later(work: () => void): void;
}

/** What is shown beside the core. */
export interface Sight {
  /** What Direct Mode is doing. */
  readonly report: () => DirectReport;
  readonly events: EventRing;
  /** Null: nothing is timed. */
  readonly chronometer: Chronometer | null;
  /** Of the ports that are served over TLS. */
  readonly certificates: () => readonly ListenerCertificates[];
}

/** Main's side of the management API: answers questions from what the broker knows. */
export class Desk {
  private readonly core: BrokerCore;
  private readonly sight: Sight;
  private readonly inTurn: ActContext['inTurn'];
  private readonly sources: ObjectSources;
  private readonly logins: Logins;

  /** @param onUsersChanged called when what was said of a user may not hold any more */
  constructor(
    core: BrokerCore,
    sight: Sight,
    inTurn: ActContext['inTurn'],
    onUsersChanged: () => void,
  ) {
    this.core = core;
    this.inTurn = inTurn;
    this.sight = sight;
    this.sources = new ObjectSources(core);
    this.logins = new Logins(core, onUsersChanged);
  }

  /** Names of the columns by kind. */
  get columns(): Record<ObjectKind, readonly string[]> {
    return this.sources.columns;
  }

  /** A new thread asks from now on: it hasn't been told anything yet. */
  beginAnew(): void {
    this.sources.forget();
  }

  take(question: Question, to: Answering): void {
    switch (question.ask) {
      case 'walk':
        this.step(this.sources.walk(question.kind), to);
        break;
      case 'one':
        to.answer(this.sources.one(question.kind, question.vhost, question.name));
        break;
      case 'node':
        to.answer(nodeFigures(this.core, this.sight.certificates()));
        break;
      case 'direct':
        to.answer(this.sight.report());
        break;
      case 'latency':
        to.answer(this.latency(question.of));
        break;
      case 'events':
        to.answer(this.sight.events.since(question.after));
        break;
      case 'login':
        void this.answerWith(to, () => this.logins.login(question));
        break;
      case 'act':
        void this.answerWith(to, () => this.act(question));
        break;
    }
  }

  private step(walk: { next(max: number): ObjectSlice }, to: Answering): void {
    const slice = walk.next(SLICE_OBJECTS);
    to.slice(slice);
    if (!slice.last) to.later(() => this.step(walk, to));
  }

  /** Of everything, or of one object; nothing of one that doesn't exist. */
  private latency(of: LatencyOf | null): readonly StageReport[] {
    const { chronometer } = this.sight;
    if (chronometer === null) return [];
    if (of === null) return chronometer.report();
    const object = this.sources.find(of.kind, of.vhost, of.name);
    return object === null ? [] : chronometer.reportOf(object);
  }

  private act(question: Extract<Question, { ask: 'act' }>): unknown {
    const user = this.logins.user(question.user);
    if (user === null) throw notAuthorised(`user '${question.user}' is gone`);
    const act = ACTS[question.act];
    if (act === undefined) throw new Error(`there is no act ${question.act}`);
    return act({ core: this.core, user, inTurn: this.inTurn }, new Arguments(question.with));
  }

  private async answerWith(
    to: Answering,
    work: () => unknown | Promise<unknown> | Promise<Identity | null>,
  ): Promise<void> {
    try {
      to.answer(await work());
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== null) {
        to.refuse(refusal);
        return;
      }
      this.core.log.error({ err: error }, 'defect while serving the management API');
      const reason = 'the broker failed, see its log';
      to.refuse({ status: 500, error: 'internal_server_error', reason });
    }
  }
}
