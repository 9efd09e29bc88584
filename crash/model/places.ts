/**
 * Where a copy of a message can be: a set, because after a crash several answers may be right.
 */
export type Places = number;

/** It never became durable, so that nobody need know of it. */
export const NOT_ARRIVED = 1;
/** In the queue it was published to. */
export const SOURCE = 2;
/** In the queue that takes the dead letters of the one it was published to. */
export const DEAD = 4;
/** Settled, purged, dropped or deleted: it must not be seen again. */
export const GONE = 8;

const NAMES: readonly (readonly [Places, string])[] = [
  [NOT_ARRIVED, 'nowhere yet'],
  [SOURCE, 'in its queue'],
  [DEAD, 'dead-lettered'],
  [GONE, 'gone'],
];

/** Whether the two sets have an element in common. */
export function overlap(a: Places, b: Places): boolean {
  return (a & b) !== 0;
}

/** The set in words. */
export function placesText(places: Places): string {
  return NAMES.filter(([place]) => overlap(place, places))
    .map(([, name]) => name)
    .join(' or ');
}
