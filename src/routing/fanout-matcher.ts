import { addToBucket, appendBucket, removeFromBucket } from './bucket.ts';
import { DEPENDS_ON_NOTHING, type Matchable, type Matcher } from './matcher.ts';
import type { MessageHeaders } from './message-headers.ts';

/** Every binding matches every message. */
export class FanoutMatcher<B extends Matchable> implements Matcher<B> {
  readonly dependence = DEPENDS_ON_NOTHING;
  private readonly bindings: B[] = [];

  insert(binding: B): void {
    addToBucket(this.bindings, binding);
  }

  remove(binding: B): void {
    removeFromBucket(this.bindings, binding);
  }

  match(_keys: readonly string[], _headers: MessageHeaders, hits: B[]): void {
    appendBucket(this.bindings, hits);
  }
}
