import type { RoutingGraph } from '../../src/routing/routing-graph.ts';
import type { MessageView } from '../../src/wire/message-view.ts';

/** Stands for a queue in tests of routing. */
export interface TestQueue {
  readonly name: string;
}

/** A queue that is nothing but its name. */
export function queueNamed(name: string): TestQueue {
  return { name };
}

/** The sorted names of the queues that a message goes to from the exchange `exchange`. */
export function routed(
  graph: RoutingGraph<TestQueue>,
  exchange: string,
  view: MessageView,
): string[] {
  return names(graph.route(exchange, view)?.queues ?? []);
}

/** The sorted names of `queues`. */
export function names(queues: readonly TestQueue[]): string[] {
  return queues.map((queue) => queue.name).sort();
}
