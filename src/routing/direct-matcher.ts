import { addToBucket, appendBucket, removeFromBucket } from './bucket.ts';
import { DEPENDS_ON_KEY, type Matchable, type Matcher } from './matcher.ts';
import type { MessageHeaders } from './message-headers.ts';

/** A binding matches the messages whose routing key is the same as its own. */
export class DirectMatcher<B extends Matchable> implements Matcher<B> {
  readonly dependence = DEPENDS_ON_KEY;
  private readonly bindingsOfKey = new Map<string, B[]>();

  insert(binding: B): void {
    const bucket = this.bindingsOfKey.get(binding.routingKey);
    if (bucket !== undefined) {
      addToBucket(bucket, binding);
      return;
    }
    binding.bucketSlot = 0;
    this.bindingsOfKey.set(binding.routingKey, [binding]);
  }

  remove(binding: B): void {
    const bucket = this.bindingsOfKey.get(binding.routingKey);
    if (bucket === undefined) return;
    removeFromBucket(bucket, binding);
    if (bucket.length === 0) this.bindingsOfKey.delete(binding.routingKey);
  }

  match(keys: readonly string[], _headers: MessageHeaders, hits: B[]): void {
    for (let i = 0; i < keys.length; i++) {
      const bucket = this.bindingsOfKey.get(keys[i]);
      if (bucket !== undefined) appendBucket(bucket, hits);
    }
  }
}
