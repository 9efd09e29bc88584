/** Counts of a connection, over all its channels and links. */
export class Tally {
  /** Messages published, by way. */
  publishedDirect = 0;
  publishedOrdinary = 0;
  /** Messages handed to the application, by way. */
  deliveredDirect = 0;
  deliveredOrdinary = 0;
  reconnects = 0;
  /** Messages in arrival queues. */
  arrivalWaiting = 0;
  /** Messages that arrival queues removed or refused because they were full. */
  arrivalDiscarded = 0;
  /** How often an arrival queue went beyond its high-water mark. */
  arrivalOverflows = 0;
}
