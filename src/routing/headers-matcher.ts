import { addToBucket, appendBucket, removeFromBucket } from './bucket.ts';
import { headerConditions, headerToken, matchesAny, presenceToken } from './headers-binding.ts';
import { DEPENDS_ON_HEADERS, type Matchable, type Matcher } from './matcher.ts';
import type { MessageHeaders } from './message-headers.ts';

/** A condition of the `all` bindings that share all the conditions before it. */
class ConditionNode<B> {
  readonly token: string;
  readonly parent: ConditionNode<B> | null;
  readonly bindings: B[] = [];
  children: Map<string, ConditionNode<B>> | null = null;

  constructor(token: string, parent: ConditionNode<B> | null) {
    this.token = token;
    this.parent = parent;
  }

  next(token: string): ConditionNode<B> | null {
    return this.children?.get(token) ?? null;
  }

  grow(token: string): ConditionNode<B> {
    const child = new ConditionNode<B>(token, this);
    this.children ??= new Map();
    this.children.set(token, child);
    return child;
  }

  cut(token: string): void {
    if (this.children?.delete(token) === true && this.children.size === 0) this.children = null;
  }
}

/**
 * A binding's arguments are conditions on the message's headers.
 *
 * A message is turned into tokens: for each header that any binding mentions, "has this value" and
 * "is present". Bindings that want any condition are found by token. Those that want all conditions
 * form a trie of tokens, in the order of the headers' names: bindings with a first condition
 * that the message doesn't fulfil are never looked at.
 */
export class HeadersMatcher<B extends Matchable> implements Matcher<B> {
  readonly dependence = DEPENDS_ON_HEADERS;
  /** How many conditions mention each header. */
  private readonly mentions = new Map<string, number>();
  private readonly anyByToken = new Map<string, Set<B>>();
  private readonly allRoot = new ConditionNode<B>('', null);

  insert(binding: B): void {
    const wantsAny = matchesAny(binding.arguments);
    let node = this.allRoot;
    for (const { name, token } of headerConditions(binding.arguments)) {
      this.mentions.set(name, (this.mentions.get(name) ?? 0) + 1);
      if (wantsAny) this.insertAny(token, binding);
      else node = node.next(token) ?? node.grow(token);
    }
    if (!wantsAny) addToBucket(node.bindings, binding);
  }

  remove(binding: B): void {
    const wantsAny = matchesAny(binding.arguments);
    let node = this.allRoot;
    for (const { name, token } of headerConditions(binding.arguments)) {
      const mentions = this.mentions.get(name) ?? 0;
      if (mentions > 1) this.mentions.set(name, mentions - 1);
      else this.mentions.delete(name);
      if (wantsAny) this.removeAny(token, binding);
      else node = node.next(token) ?? node;
    }
    if (wantsAny) return;
    removeFromBucket(node.bindings, binding);
    while (node.parent !== null && node.bindings.length === 0 && node.children === null) {
      node.parent.cut(node.token);
      node = node.parent;
    }
  }

  match(_keys: readonly string[], headers: MessageHeaders, hits: B[]): void {
    const tokens = this.tokensOf(headers);
    if (this.anyByToken.size > 0) this.matchAny(tokens, hits);
    this.matchAll(tokens, hits);
  }

  private insertAny(token: string, binding: B): void {
    const bindings = this.anyByToken.get(token);
    if (bindings === undefined) this.anyByToken.set(token, new Set([binding]));
    else bindings.add(binding);
  }

  private removeAny(token: string, binding: B): void {
    const bindings = this.anyByToken.get(token);
    if (bindings?.delete(binding) === true && bindings.size === 0) this.anyByToken.delete(token);
  }

  private tokensOf(headers: MessageHeaders): Set<string> {
    const tokens = new Set<string>();
    if (this.mentions.size === 0) return tokens;
    const table = headers.table();
    for (const name of Object.keys(table)) {
      const value = table[name];
      if (value === undefined || !this.mentions.has(name)) continue;
      tokens.add(presenceToken(name));
      tokens.add(headerToken(name, value));
    }
    return tokens;
  }

  private matchAny(tokens: Set<string>, hits: B[]): void {
    for (const token of tokens) {
      const bindings = this.anyByToken.get(token);
      if (bindings !== undefined) for (const binding of bindings) hits.push(binding);
    }
  }

  /** With a stack of its own: bindings may have more conditions than the call stack has room. */
  private matchAll(tokens: Set<string>, hits: B[]): void {
    const fulfilled: ConditionNode<B>[] = [this.allRoot];
    for (let node = fulfilled.pop(); node !== undefined; node = fulfilled.pop()) {
      appendBucket(node.bindings, hits);
      pushFulfilledChildren(node, tokens, fulfilled);
    }
  }
}

/** Looks at the message's tokens or at the node's children, whichever are fewer. */
function pushFulfilledChildren<B>(
  node: ConditionNode<B>,
  tokens: Set<string>,
  fulfilled: ConditionNode<B>[],
): void {
  const children = node.children;
  if (children === null) return;
  if (children.size > tokens.size) {
    for (const token of tokens) {
      const child = children.get(token);
      if (child !== undefined) fulfilled.push(child);
    }
    return;
  }
  for (const child of children.values()) {
    if (tokens.has(child.token)) fulfilled.push(child);
  }
}
