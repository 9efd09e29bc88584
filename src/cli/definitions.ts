import { readFile, writeFile } from 'node:fs/promises';
import { BrokerCore } from '../amqp-control/broker-core.ts';
import { embeddedOptions } from '../config/embedded.ts';
import { coreSettings } from '../core-settings.ts';
import { DefinitionsFile } from '../definitions/definitions-file.ts';
import { createLogger } from '../logging.ts';
import { printLine, type ToolIo, UsageError } from './context.ts';
import { EXIT_OK } from './exit-code.ts';

/** Hashes of passwords are nobody else's business. */
const OWNER_ONLY = 0o600;
/** Octets of an error's text that are printed. */
const ERROR_TEXT_MAX = 500;

/** Options of the tools that ask a running broker. */
export interface ManagementOptions {
  /** `http://user:password@host:port`. */
  readonly management: string;
  /** One virtual host; all of the broker if it is left out. */
  readonly vhost: string | undefined;
}

/** Says whether a broker could start with a file of definitions, without starting one. */
export async function checkDefinitions(
  path: string,
  _options: unknown,
  io: ToolIo,
): Promise<number> {
  const file = await DefinitionsFile.read(path);
  const settings = coreSettings(await embeddedOptions({}));
  const core = new BrokerCore(settings, await createLogger('silent'), Date.now(), () => {});
  const { notes } = file.plan(core);
  for (const note of notes) await printLine(io.stdout, note);
  const verdict = notes.length === 0 ? 'as they are' : `with ${notes.length} remarks`;
  await printLine(io.stdout, `${path}: can be imported ${verdict}; ${file.summary}`);
  return EXIT_OK;
}

/** Writes the definitions of a running broker to a file, or to standard output. */
export async function exportDefinitions(
  path: string | undefined,
  options: ManagementOptions,
  io: ToolIo,
): Promise<number> {
  const text = await ask(options, io, 'GET');
  const pretty = JSON.stringify(JSON.parse(text), null, 2);
  if (path === undefined) {
    await printLine(io.stdout, pretty);
  } else {
    await writeFile(path, `${pretty}\n`, { mode: OWNER_ONLY });
    await printLine(io.stdout, `definitions written to ${path}`);
  }
  return EXIT_OK;
}

/** Has a running broker import a file of definitions. */
export async function importDefinitions(
  path: string,
  options: ManagementOptions,
  io: ToolIo,
): Promise<number> {
  await ask(options, io, 'POST', await readFile(path, 'utf8'));
  await printLine(io.stdout, `${path} imported`);
  return EXIT_OK;
}

/** @throws Error what the broker refused, or why it could not be reached */
async function ask(
  { management, vhost }: ManagementOptions,
  { signal }: ToolIo,
  method: 'GET' | 'POST',
  body: string | null = null,
): Promise<string> {
  const url = parseUrl(management);
  const name = decodeURIComponent(url.username || 'guest');
  const password = decodeURIComponent(url.password || 'guest');
  const scope = vhost === undefined ? '' : `/${encodeURIComponent(vhost)}`;
  const path = `${url.origin}${url.pathname.replace(/\/$/, '')}/api/definitions${scope}`;
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const response = await fetch(path, { method, body, headers: { authorization }, signal }).catch(
    (error: Error) => {
      const { cause } = error;
      const reason = cause instanceof Error ? cause.message || String(cause) : error.message;
      throw new Error(`cannot reach ${url.origin}: ${reason}`);
    },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, ERROR_TEXT_MAX)}`);
  return text;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--management must be an http or https URL, not ${text}`);
  }
  return url;
}
