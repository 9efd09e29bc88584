import type { BrokerCore } from '../broker-core.ts';
import { NOT_SCHEDULED, type TimerTask } from '../queues/timer-queue.ts';

/**
 * Checks per heartbeat interval: a peer must hear from us at least once in each (specification
 * 4.2.7).
 */
const CHECKS_PER_INTERVAL = 2;

/** A peer that was silent for two intervals is taken for dead, as the specification has it. */
const SILENT_CHECKS_MAX = 2 * CHECKS_PER_INTERVAL;

/** What happens at a heartbeat. */
export interface HeartbeatActions {
  /** Nothing was sent for a while: send a heartbeat. */
  beat(): void;
  /** Nothing was heard for too long. */
  missed(): void;
}

/** Heartbeats of one connection, both ways. Traffic of any kind counts as one. */
export class Heartbeats {
  private readonly core: BrokerCore;
  private readonly actions: HeartbeatActions;
  private readonly task: TimerTask;
  private intervalMs = 0;
  private silentChecks = 0;
  private spoken = true;
  private listening = true;

  constructor(core: BrokerCore, actions: HeartbeatActions) {
    this.core = core;
    this.actions = actions;
    this.task = { timerIndex: NOT_SCHEDULED, run: (nowMs) => this.check(nowMs) };
  }

  /** @param seconds the negotiated interval, 0 = no heartbeats */
  start(seconds: number): void {
    if (seconds === 0) return;
    this.intervalMs = (seconds * 1000) / CHECKS_PER_INTERVAL;
    this.core.timers.schedule(this.task, this.core.nowMs + this.intervalMs);
  }

  stop(): void {
    this.core.timers.cancel(this.task);
  }

  /** We have stopped reading on purpose: silence means nothing. */
  suspend(): void {
    this.listening = false;
  }

  resume(): void {
    this.listening = true;
    this.silentChecks = 0;
  }

  heard(): void {
    this.silentChecks = 0;
  }

  said(): void {
    this.spoken = true;
  }

  private check(nowMs: number): void {
    if (this.listening && ++this.silentChecks > SILENT_CHECKS_MAX) {
      this.actions.missed();
      return;
    }
    if (!this.spoken) this.actions.beat();
    this.spoken = false;
    this.core.timers.schedule(this.task, nowMs + this.intervalMs);
  }
}
