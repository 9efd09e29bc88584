import type { FieldValue } from '../../wire/field-table.ts';

/** Reads the values of rules, which come as arguments of a declaration or from a policy. */
export class RuleReader {
  private readonly values: Readonly<Record<string, FieldValue | undefined>>;
  private readonly prefix: string;
  private readonly refusal: (name: string, problem: string) => Error;

  /**
   * @param prefix what stands in front of a rule's name among the values: `x-` in arguments
   * @param refusal makes the error for a value that is not acceptable
   */
  constructor(
    values: Readonly<Record<string, FieldValue | undefined>>,
    prefix: string,
    refusal: (name: string, problem: string) => Error,
  ) {
    this.values = values;
    this.prefix = prefix;
    this.refusal = refusal;
  }

  refuse(name: string, problem: string): never {
    throw this.refusal(this.prefix + name, problem);
  }

  text(name: string): string | null {
    const value = this.value(name);
    if (value === undefined) return null;
    return typeof value === 'string' ? value : this.refuse(name, 'must be a string');
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined) return false;
    return typeof value === 'boolean' ? value : this.refuse(name, 'must be a boolean');
  }

  count(name: string, min: number, max: number): number | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return this.refuse(name, 'must be an integer');
    }
    if (value < min || value > max) {
      return this.refuse(name, `${value} is not between ${min} and ${max}`);
    }
    return value;
  }

  /** One of several words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const text = this.text(name);
    if (text === null) return null;
    const word = words.find((candidate) => candidate === text);
    return word ?? this.refuse(name, `'${text}', must be one of ${words.join(', ')}`);
  }

  private value(name: string): FieldValue | undefined {
    return this.values[this.prefix + name];
  }
}
