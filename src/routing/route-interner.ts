import type { QueueNode } from './nodes.ts';
import { Route } from './route.ts';

/**
 * Most queues of a route worth interning: beyond, delivering costs so much more than telling
 * routes apart that nothing is gained.
 */
const SHARED_QUEUES_MAX = 32;
/** Most interned routes to several queues, a few MiB; then interning starts anew. */
const SHARED_ROUTES_MAX = 4096;

/**
 * Gives the same Route for the same queues, so that consecutive messages with different routing
 * keys are recognised by identity as going to the same queues.
 */
export class RouteInterner<Q extends object> {
  private readonly nowhere = new Route<Q>([]);
  /** Routes to several queues by the queues' serial numbers. */
  private readonly shared = new Map<string, Route<Q>>();

  /** The route to the queues of `nodes`, which are distinct; sorts `nodes`. */
  intern(nodes: QueueNode<Q>[]): Route<Q> {
    if (nodes.length === 0) return this.nowhere;
    if (nodes.length === 1) {
      const [node] = nodes;
      node.soleRoute ??= new Route([node.queue]);
      return node.soleRoute;
    }
    nodes.sort((a, b) => a.serial - b.serial);
    return nodes.length > SHARED_QUEUES_MAX ? routeTo(nodes) : this.internShared(nodes);
  }

  /** Lets go of the queue of `node`, which has left the graph. */
  forget(node: QueueNode<Q>): void {
    if (node.inSharedRoute) this.shared.clear();
  }

  private internShared(nodes: readonly QueueNode<Q>[]): Route<Q> {
    let key = '';
    for (const node of nodes) {
      node.inSharedRoute = true;
      key += `${node.serial},`;
    }
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    if (this.shared.size >= SHARED_ROUTES_MAX) this.shared.clear();
    const route = routeTo(nodes);
    this.shared.set(key, route);
    return route;
  }
}

function routeTo<Q extends object>(nodes: readonly QueueNode<Q>[]): Route<Q> {
  return new Route(nodes.map((node) => node.queue));
}
