import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Finding } from '../model/finding.ts';
import { Harness, type Tally } from './harness.ts';
import { PowerCut } from './power-cut.ts';
import { environmentOf } from './preloaded.ts';
import { SmallDisk } from './small-disk.ts';

/** The file that the engine writes. */
const DATA_FILE = 'data.mdb';

/** Keeps everything in memory. */
const NO_DIRECTORY = 'none';

/** What is to be done to which broker, and for how long. */
export interface CampaignSettings {
  /** The built command. */
  readonly main: string;
  /** Options of the broker beside its port and data directory. */
  readonly options: readonly string[];
  /** Undefined: one of its own. */
  readonly dataDirectory: string | undefined;
  readonly seed: number;
  readonly kills: number;
  /** No further round begins after so many seconds. */
  readonly seconds: number;
  /** Nothing is killed, and everything must be exact. */
  readonly isCalm: boolean;
  /** After each kill, some of what was not synced is undone. */
  readonly cutsPower: boolean;
  /** The disk is filled and gets space again. */
  readonly fillsDisk: boolean;
}

/** What came of it. */
export interface CampaignResult {
  readonly findings: readonly Finding[];
  readonly tally: Tally;
  readonly seconds: number;
  readonly dataDirectory: string;
  /** Removes what it left behind. */
  remove(): void;
}

/**
 * Rounds of load, kill and comparison, until there were enough of them or something is wrong.
 *
 * @throws Error if something is to be done to the disk and there is no C compiler
 */
export async function runCampaign(settings: CampaignSettings): Promise<CampaignResult> {
  const { main, options, seed } = settings;
  const ownDirectory = mkdtempSync(join(tmpdir(), 'directmq-crash-'));
  const dataDirectory = realPath(settings.dataDirectory ?? join(ownDirectory, 'data'));
  const dataFile = join(dataDirectory, DATA_FILE);
  const powerCut = settings.cutsPower ? new PowerCut(ownDirectory, dataFile) : null;
  const smallDisk = settings.fillsDisk ? new SmallDisk(ownDirectory, dataDirectory) : null;
  const preloaded = [smallDisk, powerCut].filter((each) => each !== null);
  const environment = environmentOf(preloaded);
  const command = { main, dataDirectory, options, environment };
  const harness = new Harness(command, seed, { powerCut, smallDisk });
  const { ledger, tally } = harness;
  const startMs = Date.now();
  const endMs = startMs + settings.seconds * 1000;
  const goesOn = (done: number) =>
    done < settings.kills && Date.now() < endMs && ledger.findings.length === 0;
  try {
    if (settings.isCalm) {
      const broker = harness.newBroker();
      const port = await broker.ready();
      for (let rounds = 0; goesOn(rounds); rounds++) await harness.calmRound(broker, port);
      await broker.kill();
    } else {
      while (goesOn(tally.kills)) await harness.round();
      if (ledger.findings.length === 0) await harness.finish();
    }
  } catch (error) {
    // A broker that doesn't start again has broken a promise, too.
    ledger.find('broker', error instanceof Error ? error.message : String(error));
  }
  smallDisk?.close();
  return {
    findings: ledger.findings,
    tally,
    seconds: (Date.now() - startMs) / 1000,
    dataDirectory,
    remove: () => rmSync(ownDirectory, { recursive: true, force: true }),
  };
}

/** The name under which a broker opens files of a directory that may not be there yet. */
function realPath(directory: string): string {
  if (directory === NO_DIRECTORY) return directory;
  return join(realpathSync(dirname(directory)), basename(directory));
}
