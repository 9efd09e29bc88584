import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';

/** Debian's; what `.ci/run` installs. */
const CHROMIUM = process.env.DIRECTMQ_CHROMIUM ?? '/usr/bin/chromium';
/** Nothing of a browser's own may reach out to the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Longest wait for anything on the page, in milliseconds: a machine that all tests share stalls. */
export const PAGE_WAIT_MS = 30_000;
/** Longest time that a test may take, in milliseconds: it waits for several things. */
export const PAGE_TEST_MS = 4 * PAGE_WAIT_MS;

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** A browser for all tests of a file. */
export class BrowserUnderTest {
  #browser: Browser | null = null;
  /** What went wrong in pages: exceptions and violations of the content security policy. */
  readonly problems: string[] = [];

  async start(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }

  /** Pages that are left open go on asking the broker. */
  async closePages(): Promise<void> {
    await Promise.all(this.#browser?.contexts().map((context) => context.close()) ?? []);
  }

  /** A page of its own, with nothing remembered. */
  async open(url: string, options: PageOptions = {}): Promise<Page> {
    if (this.#browser === null) throw new Error('the browser is not started');
    const { width = 1280, height = 800, dark = false } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_WAIT_MS);
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.problems.push(message.text());
    });
    await page.goto(url);
    return page;
  }
}

/** Tests that need a browser; where there is none, their name says so. */
export function describeInBrowser(name: string, tests: (browser: BrowserUnderTest) => void): void {
  if (!existsSync(CHROMIUM)) {
    describe.skip(`${name} (skipped: no browser at ${CHROMIUM})`, () => {
      tests(new BrowserUnderTest());
    });
    return;
  }
  describe(name, () => {
    const browser = new BrowserUnderTest();
    beforeAll(() => browser.start(), PAGE_TEST_MS);
    afterAll(() => browser.stop());
    tests(browser);
    afterEach(() => browser.closePages());
  });
}

/** Logs in as a user and waits for the page behind. */
export async function logIn(page: Page, user = 'guest', password = 'guest'): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
