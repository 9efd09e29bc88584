import { DirectMatcher } from './direct-matcher.ts';
import { FanoutMatcher } from './fanout-matcher.ts';
import { HeadersMatcher } from './headers-matcher.ts';
import type { ExchangeType, Matchable, Matcher } from './matcher.ts';
import { TopicMatcher } from './topic-matcher.ts';

/** A matcher without bindings for an exchange of type `type`. */
export function createMatcher<B extends Matchable>(type: ExchangeType): Matcher<B> {
  switch (type) {
    case 'direct':
      return new DirectMatcher();
    case 'fanout':
      return new FanoutMatcher();
    case 'topic':
      return new TopicMatcher();
    case 'headers':
      return new HeadersMatcher();
  }
}
