import type { SharedWords } from '../../src/ring/shared-words.ts';

/**
 * Searches all orders in which the threads of a small program can touch shared memory, and runs the
 * real classes in each of them.
 *
 * 1. A thread is an ordinary function; it reaches shared memory and other threads only through its
 *    Actor. Each access is one step.
 * 2. A function can't be suspended between two accesses, so it is run again from its beginning for
 *    every step: past accesses are answered from the thread's log, the next one is done, the one
 *    after it ends the run with an exception.
 * 3. A state is the memory plus the logs (or what they lead to, see `checkpoint`). From each state
 *    every thread that can move is moved; a state that was seen before is not searched again.
 * 4. An exception in a thread is a failure, and so is a state in which nobody can move although
 *    somebody isn't done: a lost wake-up. Sleeping has no timeout here, which would hide it.
 *
 * Memory is sequentially consistent here, which is what the ECMAScript memory model grants to
 * programs whose ordinary accesses don't race.
 */
export function searchInterleavings(threads: readonly Thread[], memory: Iterable<Cell>): Search {
  return new Searcher(threads).run(memory);
}

/** What a thread does; it must do the same whenever it reads the same. */
export type Thread = (actor: Actor) => void;

/** Region, word in it, value. */
export type Cell = readonly [region: number, word: number, value: number];

export interface Search {
  /** Different states that were reached. */
  readonly states: number;
  /** Why a state is wrong, with the steps that led to it; undefined if none is. */
  readonly failure: string | undefined;
}

/** A thread's access to what it shares. */
export interface Actor {
  /** The words of a piece of shared memory. */
  words(region: number): SharedWords;
  /** Posts a message to a thread. */
  post(thread: number): void;
  /** Waits for a message. */
  receive(): void;
  /**
   * Says that all the thread's local state is in the numbers among the fields of `parts`: histories
   * that led to the same numbers need not be told apart, which makes the search feasible.
   */
  checkpoint(...parts: readonly object[]): void;
}

const READY = 0;
const DONE = 1;
const SLEEPING = 2;
const RECEIVING = 3;

const SUSPENDED = new Error('suspended');

interface ThreadState {
  status: number;
  /** The word that is slept on. */
  sleepsOn: number;
  log: readonly number[];
  /** Stands for the log: equal numbers mean that the thread will behave equally. */
  logId: number;
  mail: number;
}

interface State {
  memory: number[];
  threads: ThreadState[];
  trace: Trace;
}

/** The steps that led to a state, the last one first. */
interface Trace {
  readonly parent: Trace | undefined;
  step: string;
}

class Searcher {
  private readonly programs: readonly Thread[];
  private readonly cells = new Map<string, number>();
  private readonly logIds = new Map<string, number>();
  private readonly memoryIds = new Map<string, number>();

  constructor(programs: readonly Thread[]) {
    this.programs = programs;
  }

  run(memory: Iterable<Cell>): Search {
    const first: State = {
      memory: [],
      threads: this.programs.map(() => ({
        status: READY,
        sleepsOn: 0,
        log: [],
        logId: 0,
        mail: 0,
      })),
      trace: { parent: undefined, step: 'start' },
    };
    for (const [region, word, value] of memory) first.memory[this.cell(region, word)] = value;
    const seen = new Set<string>();
    const stack = [first];
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      const key = this.keyOf(state);
      if (seen.has(key)) continue;
      seen.add(key);
      const failure = this.expand(state, stack);
      if (failure !== undefined) return { states: seen.size, failure };
    }
    return { states: seen.size, failure: undefined };
  }

  private expand(state: State, stack: State[]): string | undefined {
    let moved = false;
    for (let i = 0; i < this.programs.length; i++) {
      if (state.threads[i].status !== READY) continue;
      moved = true;
      const next: State = {
        memory: state.memory.slice(),
        threads: state.threads.map((thread) => ({ ...thread })),
        trace: { parent: state.trace, step: '' },
      };
      const failure = this.move(next, i);
      if (failure !== undefined) return `${failure}\n${traceOf(next.trace)}`;
      stack.push(next);
    }
    if (!moved && state.threads.some((thread) => thread.status !== DONE)) {
      return `nobody can move, and not all are done\n${traceOf(state.trace)}`;
    }
    return undefined;
  }

  private move(state: State, i: number): string | undefined {
    const actor = new ReplayedActor(this, state, i);
    try {
      this.programs[i](actor);
      state.threads[i].status = DONE;
    } catch (error) {
      if (error !== SUSPENDED) return String(error);
    }
    return undefined;
  }

  private keyOf(state: State): string {
    const memory = state.memory.join();
    const id = this.memoryIds.get(memory) ?? this.memoryIds.size;
    this.memoryIds.set(memory, id);
    return `${id}|${state.threads.map((t) => `${t.status}.${t.logId}.${t.mail}`).join()}`;
  }

  cell(region: number, word: number): number {
    const name = `${region}:${word}`;
    let cell = this.cells.get(name);
    if (cell === undefined) {
      cell = this.cells.size;
      this.cells.set(name, cell);
    }
    return cell;
  }

  answer(thread: ThreadState, value: number): void {
    thread.log = [...thread.log, value];
    thread.logId = this.logId(`${thread.logId}:${value}`);
    thread.status = READY;
  }

  logId(name: string): number {
    const id = this.logIds.get(name) ?? this.logIds.size + 1;
    this.logIds.set(name, id);
    return id;
  }
}

class ReplayedActor implements Actor {
  private readonly searcher: Searcher;
  private readonly state: State;
  private readonly index: number;
  private replayed = 0;
  private moved = false;

  constructor(searcher: Searcher, state: State, index: number) {
    this.searcher = searcher;
    this.state = state;
    this.index = index;
  }

  words(region: number): SharedWords {
    const { memory } = this.state;
    const cell = (word: number) => this.searcher.cell(region, word);
    const read = (what: string) => (word: number) =>
      this.access(`${what} ${region}:${word}`, () => memory[cell(word)] ?? 0);
    const write = (what: string) => (word: number, value: number) => {
      this.access(`${what} ${region}:${word} = ${value}`, () => {
        memory[cell(word)] = value;
        return 0;
      });
    };
    return {
      load: read('load'),
      get: read('get'),
      store: write('store'),
      set: write('set'),
      compareExchange: (word, expected, value) =>
        this.access(`exchange ${region}:${word} = ${value}`, () => {
          const old = memory[cell(word)] ?? 0;
          if (old === expected) memory[cell(word)] = value;
          return old;
        }),
      notify: (word) => {
        this.access(`notify ${region}:${word}`, () => {
          for (const thread of this.state.threads) {
            if (thread.status !== SLEEPING || thread.sleepsOn !== cell(word)) continue;
            this.searcher.answer(thread, 0);
            break;
          }
          return 0;
        });
      },
      wait: (word, expected) => {
        this.access(`wait ${region}:${word}`, () => {
          if ((memory[cell(word)] ?? 0) !== expected) return 0;
          const self = this.state.threads[this.index];
          self.status = SLEEPING;
          self.sleepsOn = cell(word);
          throw SUSPENDED;
        });
      },
    };
  }

  post(thread: number): void {
    this.access(`post to ${thread}`, () => {
      const receiver = this.state.threads[thread];
      if (receiver.status === RECEIVING) this.searcher.answer(receiver, 0);
      else receiver.mail++;
      return 0;
    });
  }

  receive(): void {
    this.access('receive', () => {
      const self = this.state.threads[this.index];
      if (self.mail > 0) {
        self.mail--;
        return 0;
      }
      self.status = RECEIVING;
      throw SUSPENDED;
    });
  }

  checkpoint(...parts: readonly object[]): void {
    const self = this.state.threads[this.index];
    if (this.replayed < self.log.length) return;
    const numbers = parts.map((part) => Object.values(part).filter(Number.isInteger).join());
    self.logId = this.searcher.logId(`checkpoint ${numbers.join(';')}`);
  }

  private access(name: string, perform: () => number): number {
    const self = this.state.threads[this.index];
    if (this.replayed < self.log.length) return self.log[this.replayed++];
    if (this.moved) throw SUSPENDED;
    this.moved = true;
    this.state.trace.step = `thread ${this.index}: ${name}`;
    const value = perform();
    this.searcher.answer(self, value);
    this.replayed++;
    return value;
  }
}

function traceOf(trace: Trace): string {
  const steps: string[] = [];
  for (let at: Trace | undefined = trace; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse().join('\n');
}
