import { readSync } from 'node:fs';
import { NS_PER_MILLISECOND, NS_PER_SECOND, nowNs } from '../lib/clock.ts';
import { BlockWriter } from './block-writer.ts';
import { ConfirmWindow } from './confirm-window.ts';
import type { Manner, PublishOrder, PublishReport } from './orders.ts';
import { PUMP_FD } from './orders.ts';
import { sharpenTimers, waitUntil } from './pace.ts';

/** A quarter of the window is sent at a time, so that confirms and messages overlap. */
const WINDOW_SHARE = 4;
const CONFIRM_READ_OCTETS = 64 * 1024;

/** Carries out an order: blocks this thread for its duration. */
export function publish(order: PublishOrder): PublishReport {
  const paced = order.manner.name === 'paced';
  const writer = new BlockWriter(order.block, order.publisher, order.stamped || paced);
  const startNs = nowNs();
  const endNs = startNs + order.durationMs * NS_PER_MILLISECOND;
  let scheduledMessages = 0;
  let refusedMessages = 0;
  switch (order.manner.name) {
    case 'flood':
      flood(writer, endNs);
      break;
    case 'counted':
      publishCounted(writer, order.manner.messages);
      break;
    case 'confirmed':
      refusedMessages = publishConfirmed(writer, order.manner, startNs, endNs);
      break;
    case 'paced':
      scheduledMessages = publishPaced(writer, order.manner.messagesPerSecond, startNs, endNs);
      break;
  }
  return {
    publishedMessages: writer.published,
    scheduledMessages: paced ? scheduledMessages : writer.published,
    refusedMessages,
    elapsedNs: nowNs() - startNs,
  };
}

function flood(writer: BlockWriter, endNs: number): void {
  for (let timeNs = nowNs(); timeNs < endNs; timeNs = nowNs()) {
    writer.write(Number.MAX_SAFE_INTEGER, timeNs, 0);
  }
}

function publishCounted(writer: BlockWriter, messages: number): void {
  while (writer.published < messages) writer.write(messages - writer.published, nowNs(), 0);
}

/** @returns how many messages the broker refused */
function publishConfirmed(
  writer: BlockWriter,
  { windowMessages, messagesPerSecond = Infinity }: Extract<Manner, { name: 'confirmed' }>,
  startNs: number,
  endNs: number,
): number {
  const intervalNs = NS_PER_SECOND / messagesPerSecond;
  if (intervalNs > 0) sharpenTimers();
  const window = new ConfirmWindow(windowMessages);
  const pieceMessages = Math.max(1, Math.floor(windowMessages / WINDOW_SHARE));
  const input = Buffer.alloc(CONFIRM_READ_OCTETS);
  let held = 0;
  for (let timeNs = nowNs(); timeNs < endNs || window.outstanding > 0; timeNs = nowNs()) {
    if (timeNs < endNs && window.outstanding + pieceMessages <= windowMessages) {
      const before = writer.published;
      const aheadNs = startNs + before * intervalNs - timeNs;
      if (aheadNs > 0) {
        waitUntil(timeNs + aheadNs);
        continue;
      }
      const due = intervalNs === 0 ? pieceMessages : Math.floor(-aheadNs / intervalNs) + 1;
      writer.write(Math.min(pieceMessages, due), timeNs, 0);
      window.sent(writer.published - before);
      continue;
    }
    const octets = readSync(PUMP_FD, input, held, input.length - held, null);
    if (octets === 0) throw new Error('The broker closed the connection before it confirmed all');
    const end = held + octets;
    const taken = window.push(input, 0, end);
    input.copyWithin(0, taken, end);
    held = end - taken;
  }
  return window.refused;
}

/**
 * Open loop: message i is due at start + i / rate, whatever became of those before it, and its
 * stamp says so; time that the broker makes it wait therefore counts as latency.
 * @returns how many messages were due
 */
function publishPaced(
  writer: BlockWriter,
  messagesPerSecond: number,
  startNs: number,
  endNs: number,
): number {
  sharpenTimers();
  const intervalNs = NS_PER_SECOND / messagesPerSecond;
  const scheduled = Math.ceil((endNs - startNs) / intervalNs);
  for (let timeNs = nowNs(); timeNs < endNs && writer.published < scheduled; timeNs = nowNs()) {
    const nextNs = startNs + writer.published * intervalNs;
    const due = Math.min(scheduled, Math.floor((timeNs - startNs) / intervalNs) + 1);
    if (due > writer.published) writer.write(due - writer.published, nextNs, intervalNs);
    else waitUntil(nextNs);
  }
  return scheduled;
}
