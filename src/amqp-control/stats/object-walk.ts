import type { ObjectNumbers } from './object-numbers.ts';
import type { Description, ObjectSource } from './object-source.ts';

/** Some objects of a kind, on their way to another thread. */
export interface ObjectSlice {
  /** For each object its number, then its columns. */
  readonly numbers: Float64Array;
  /** What the numbers of objects stand for that the other thread doesn't know yet. */
  readonly descriptions: readonly (readonly [number: number, Description])[];
  /** There are no more. */
  readonly last: boolean;
}

/**
 * Goes through all objects of a kind, slice by slice, so that nobody waits for long: between two
 * slices the event loop has its turn, and objects may come and go.
 */
export class ObjectWalk<T extends object> {
  private readonly source: ObjectSource<T>;
  private readonly numbers: ObjectNumbers<T>;
  private readonly objects: Iterator<T>;

  constructor(source: ObjectSource<T>, numbers: ObjectNumbers<T>) {
    this.source = source;
    this.numbers = numbers;
    this.objects = source.all()[Symbol.iterator]();
  }

  /** The next `max` objects at most. */
  next(max: number): ObjectSlice {
    const { source, numbers, objects } = this;
    const width = 1 + source.columns.length;
    const rows = new Float64Array(max * width);
    const descriptions: [number, Description][] = [];
    for (let count = 0; count < max; count++) {
      const { value, done } = objects.next();
      if (done === true) {
        return { numbers: rows.slice(0, count * width), descriptions, last: true };
      }
      const number = numbers.numberOf(value, source.revision(value));
      if (number < 0) descriptions.push([-number, source.describe(value)]);
      rows[count * width] = Math.abs(number);
      source.read(value, rows, count * width + 1);
    }
    return { numbers: rows, descriptions, last: false };
  }
}

/** One object by what it is called, as a slice, or null. */
export function sliceOf<T extends object>(
  source: ObjectSource<T>,
  numbers: ObjectNumbers<T>,
  vhost: string,
  name: string,
): ObjectSlice | null {
  const object = source.find(vhost, name);
  if (object === null) return null;
  const number = Math.abs(numbers.numberOf(object, source.revision(object)));
  const rows = new Float64Array(1 + source.columns.length);
  rows[0] = number;
  source.read(object, rows, 1);
  return { numbers: rows, descriptions: [[number, source.describe(object)]], last: true };
}
