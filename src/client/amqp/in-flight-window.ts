interface Waiting {
  readonly run: () => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** Lets so many things be under way at a time; the others wait, first come, first served. */
export class InFlightWindow {
  private readonly max: number;
  private inFlight = 0;
  private waiting: Waiting[] = [];

  constructor(max: number) {
    this.max = max;
  }

  /**
   * Calls `run` as soon as there is room, at once if there is.
   * @param onAbort called instead if `signal` aborts before that
   */
  enter(run: () => void, signal: AbortSignal | undefined, onAbort: () => void): void {
    if (this.inFlight < this.max) {
      this.inFlight++;
      run();
      return;
    }
    const waiting: Waiting = { run, signal, onAbort: () => this.abort(waiting, onAbort) };
    signal?.addEventListener('abort', waiting.onAbort, { once: true });
    this.waiting.push(waiting);
  }

  /** One thing that was under way is done. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.inFlight--;
      return;
    }
    next.signal?.removeEventListener('abort', next.onAbort);
    next.run();
  }

  private abort(waiting: Waiting, onAbort: () => void): void {
    this.waiting.splice(this.waiting.indexOf(waiting), 1);
    onAbort();
  }
}
