import { addToBucket, appendBucket, removeFromBucket } from './bucket.ts';
import { DEPENDS_ON_KEY, type Matchable, type Matcher } from './matcher.ts';
import type { MessageHeaders } from './message-headers.ts';
import { ANY_WORD, ANY_WORDS, topicWords } from './topic-pattern.ts';

/** One word of the patterns that share all the words before it. */
class TrieNode<B> {
  readonly word: string;
  readonly parent: TrieNode<B> | null;
  readonly bindings: B[] = [];
  /** Next nodes by literal word. */
  children: Map<string, TrieNode<B>> | null = null;
  /** The next node for `*`. */
  anyWord: TrieNode<B> | null = null;
  /** The next node for `#`. */
  anyWords: TrieNode<B> | null = null;
  /** The step of a match that reached this node last. */
  reachedInStep = 0;

  constructor(word: string, parent: TrieNode<B> | null) {
    this.word = word;
    this.parent = parent;
  }

  next(word: string): TrieNode<B> | null {
    if (word === ANY_WORD) return this.anyWord;
    if (word === ANY_WORDS) return this.anyWords;
    return this.children?.get(word) ?? null;
  }

  grow(word: string): TrieNode<B> {
    const child = new TrieNode<B>(word, this);
    if (word === ANY_WORD) this.anyWord = child;
    else if (word === ANY_WORDS) this.anyWords = child;
    else {
      this.children ??= new Map();
      this.children.set(word, child);
    }
    return child;
  }

  cut(word: string): void {
    if (word === ANY_WORD) this.anyWord = null;
    else if (word === ANY_WORDS) this.anyWords = null;
    else if (this.children?.delete(word) === true && this.children.size === 0) this.children = null;
  }

  isBare(): boolean {
    return (
      this.bindings.length === 0 &&
      this.children === null &&
      this.anyWord === null &&
      this.anyWords === null
    );
  }
}

/**
 * A binding's routing key is a pattern of words, kept in a trie.
 *
 * Matching walks all nodes that the words read so far can have led to, side by side: each node is
 * there at most once per word, however many ways lead to it. Trying one way after the other
 * would take exponential time for patterns with several `#`, which anybody may bind.
 */
export class TopicMatcher<B extends Matchable> implements Matcher<B> {
  readonly dependence = DEPENDS_ON_KEY;
  private readonly root = new TrieNode<B>('', null);
  /** Number of the current step; a step reads one word. */
  private step = 0;
  private current: TrieNode<B>[] = [];
  private reached: TrieNode<B>[] = [];

  insert(binding: B): void {
    let node = this.root;
    for (const word of topicWords(binding.routingKey)) node = node.next(word) ?? node.grow(word);
    addToBucket(node.bindings, binding);
  }

  remove(binding: B): void {
    let node: TrieNode<B> | null = this.root;
    for (const word of topicWords(binding.routingKey)) {
      node = node.next(word);
      if (node === null) return;
    }
    removeFromBucket(node.bindings, binding);
    while (node.parent !== null && node.isBare()) {
      node.parent.cut(node.word);
      node = node.parent;
    }
  }

  match(keys: readonly string[], _headers: MessageHeaders, hits: B[]): void {
    for (let i = 0; i < keys.length; i++) this.matchKey(keys[i], hits);
  }

  private matchKey(key: string, hits: B[]): void {
    this.step++;
    this.current.length = 0;
    this.reach(this.root, this.current);
    const words = topicWords(key);
    for (let i = 0; i < words.length && this.current.length > 0; i++) this.read(words[i]);
    for (const node of this.current) appendBucket(node.bindings, hits);
  }

  private read(word: string): void {
    const { current, reached } = this;
    this.step++;
    reached.length = 0;
    for (let i = 0; i < current.length; i++) {
      const node = current[i];
      if (node.word === ANY_WORDS) this.reach(node, reached);
      const child = node.children?.get(word);
      if (child !== undefined) this.reach(child, reached);
      if (node.anyWord !== null) this.reach(node.anyWord, reached);
    }
    this.current = reached;
    this.reached = current;
  }

  /** Adds `node`, and those that follow it without a word, because `#` may stand for none. */
  private reach(node: TrieNode<B>, reached: TrieNode<B>[]): void {
    let next: TrieNode<B> | null = node;
    while (next !== null && next.reachedInStep !== this.step) {
      next.reachedInStep = this.step;
      reached.push(next);
      next = next.anyWords;
    }
  }
}
