import type { Ledger } from './ledger.ts';

/** What something is, as a text that can be compared; null: it isn't there. */
export type Value = string | null;

interface Fact {
  /** What the broker has said it is. */
  value: Value;
  /** What it was asked to become and has not answered; undefined for nothing. */
  asked: Value | undefined;
}

/**
 * Users, permissions, virtual hosts and policies by their names, as they were asked for and
 * answered. All of them are durable: what was answered is on disk, what was not may be. One client
 * at a time changes one of them.
 */
export class Facts {
  private readonly facts = new Map<string, Fact>();

  /** What it is; undefined while an answer is awaited. */
  get(name: string): Value | undefined {
    const fact = this.facts.get(name);
    if (fact === undefined) return null;
    return fact.asked === undefined ? fact.value : undefined;
  }

  /** Names of what is there. */
  *there(): Iterable<string> {
    for (const [name, { value }] of this.facts) if (value !== null) yield name;
  }

  /** It is about to be changed, or removed with null. */
  changing(name: string, value: Value): void {
    const fact = this.facts.get(name);
    if (fact === undefined) this.facts.set(name, { value: null, asked: value });
    else fact.asked = value;
  }

  /** The broker has said that it is as it was asked for. */
  changed(name: string): void {
    const fact = this.facts.get(name);
    if (fact?.asked === undefined) return;
    fact.value = fact.asked;
    fact.asked = undefined;
  }

  /** Reports what is otherwise than it must be, and takes over what was found. */
  compare(found: ReadonlyMap<string, string>, ledger: Ledger): void {
    for (const name of new Set([...this.facts.keys(), ...found.keys()])) {
      const fact = this.facts.get(name) ?? { value: null, asked: undefined };
      const value = found.get(name) ?? null;
      if (value !== fact.value && value !== fact.asked) {
        const asked = fact.asked === undefined ? '' : ` or ${textOf(fact.asked)}`;
        const must = `${textOf(fact.value)}${asked}`;
        ledger.find('administration', `${name} is ${textOf(value)} and must be ${must}`);
      }
      this.facts.set(name, { value, asked: undefined });
    }
  }
}

function textOf(value: Value): string {
  return value ?? 'not there';
}
