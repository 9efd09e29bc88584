import type { Matchable } from './matcher.ts';

/** Appends `binding`, which must be in no other bucket. */
export function addToBucket<B extends Matchable>(bucket: B[], binding: B): void {
  binding.bucketSlot = bucket.length;
  bucket.push(binding);
}

/** Removes `binding` in constant time: the last one takes its slot. */
export function removeFromBucket<B extends Matchable>(bucket: B[], binding: B): void {
  const last = bucket.pop();
  if (last === undefined || last === binding) return;
  bucket[binding.bucketSlot] = last;
  last.bucketSlot = binding.bucketSlot;
}

/** Appends the bindings of `bucket` to `hits`. */
export function appendBucket<B extends Matchable>(bucket: readonly B[], hits: B[]): void {
  for (let i = 0; i < bucket.length; i++) hits.push(bucket[i]);
}
