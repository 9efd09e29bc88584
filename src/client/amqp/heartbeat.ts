/** What a heartbeat does. */
export interface HeartbeatActions {
  /** Nothing was sent for half an interval. */
  beat(): void;
  /** Nothing came for two intervals. */
  dead(): void;
}

/** Intervals without a sign of life after which the peer counts as dead (AMQP 0-9-1, 4.2.7). */
const MISSED_MAX = 2;

/** Keeps an otherwise idle connection alive, and notices a dead one. */
export class Heartbeat {
  /** Set it whenever octets are sent. */
  sent = true;
  /** Set it whenever octets arrive. */
  received = true;
  private missed = 0;
  private readonly sendTimer: NodeJS.Timeout;
  private readonly receiveTimer: NodeJS.Timeout;

  constructor(intervalMs: number, actions: HeartbeatActions) {
    this.sendTimer = setInterval(() => {
      if (!this.sent) actions.beat();
      this.sent = false;
    }, intervalMs / 2);
    this.receiveTimer = setInterval(() => {
      this.missed = this.received ? 0 : this.missed + 1;
      this.received = false;
      if (this.missed >= MISSED_MAX) actions.dead();
    }, intervalMs);
  }

  stop(): void {
    clearInterval(this.sendTimer);
    clearInterval(this.receiveTimer);
  }
}
