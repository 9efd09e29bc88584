import type { Dice } from './dice.ts';
import { TARGETS } from './fixtures.ts';
import { randomPublication, sendConfirmed } from './publishing.ts';
import { pause, type Run } from './run.ts';

/** Messages that may be unconfirmed. */
const IN_FLIGHT_MAX = 400;
const BURST_MAX = 60;
/** Messages that nobody has settled, from which on publishers wait: what the model can hold. */
const BACKLOG_MAX = 6000;

/** Publishes bursts to everything there is, with confirms. */
export async function publish(run: Run, name: string): Promise<void> {
  const { ledger } = run;
  const channel = await run.confirmChannel(await run.connect());
  let inFlight = 0;
  const done = () => {
    inFlight--;
  };
  await run.play(name, async (dice: Dice) => {
    const target = dice.pick(TARGETS);
    const burst = dice.mostlySmall(1, BURST_MAX);
    for (let i = 0; i < burst && inFlight < IN_FLIGHT_MAX; i++) {
      inFlight++;
      sendConfirmed(ledger, channel, randomPublication(dice, name, target), done);
    }
    const isFull = inFlight >= IN_FLIGHT_MAX || ledger.messages.size > BACKLOG_MAX;
    await pause(isFull ? 5 : dice.mostlySmall(0, 4));
  });
  await run.close(channel);
}
