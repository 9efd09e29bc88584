import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, logIn, PAGE_TEST_MS, PAGE_WAIT_MS } from '../support/browser.ts';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** `rule: where` of every violation of WCAG 2.2 AA that axe finds. */
async function violations(page: Page): Promise<string[]> {
  // As a devtools evaluation, which the content security policy doesn't concern.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: unknown): Promise<{ violations: Violation[] }> };
    };
    interface Violation {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

/** Follows a link within the page, until the view has something to show. */
async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  // The title says which view is shown: right behind the change it is still the former one.
  const last = hash.slice(hash.lastIndexOf('/') + 1);
  await page.waitForFunction((place) => document.title.toLowerCase().startsWith(place), last);
  await page.locator('main h1').waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
}

describeInBrowser('the management page', (browser) => {
  const managed = useManagedBroker();

  const open = async (hash = '', options = {}): Promise<Page> => {
    const page = await browser.open(`${managed.url}/${hash}`, options);
    await logIn(page);
    await page.locator('#page-main h1').waitFor();
    return page;
  };

  it(
    'refuses a wrong password in words, without the browser asking for one',
    async () => {
      const page = await browser.open(managed.url);
      await logIn(page, 'guest', 'wrong');
      expect(await page.getByRole('alert').textContent()).toBe('Login failed.');
      await logIn(page);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
    },
    PAGE_TEST_MS,
  );

  it(
    'stays logged in when it is loaded again, and forgets the password on logging out',
    async () => {
      const page = await open();
      await page.reload();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Password').waitFor();
      expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}');
    },
    PAGE_TEST_MS,
  );

  it(
    'shows a newcomer the commands for a first message',
    async () => {
      const page = await open();
      await page.getByRole('heading', { name: 'See your first messages move' }).waitFor();
      expect(await page.locator('main').textContent()).toContain('directmq publish');
    },
    PAGE_TEST_MS,
  );

  it(
    'declares a queue, publishes to it, gets the message, purges and deletes it',
    async () => {
      const page = await open('#/queues');
      await page.getByRole('button', { name: 'Declare a queue' }).click();
      await page.getByLabel('Name', { exact: true }).fill('greetings/de');
      await page.getByRole('button', { name: 'Declare', exact: true }).click();
      await page.getByRole('link', { name: 'greetings/de' }).click();
      await page.getByRole('heading', { name: 'greetings/de' }).waitFor();

      await page.getByRole('button', { name: 'Publish' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Payload', { exact: true }).fill('Guten Tag');
      await dialog.getByText('Properties and headers').click();
      await dialog.getByLabel('Content type').fill('text/plain');
      await dialog.getByLabel('Headers').fill('retries = 3');
      await dialog.getByRole('button', { name: 'Publish' }).click();
      await dialog.getByText('Message 1 was routed.').waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Get messages' }).click();
      await dialog.getByRole('button', { name: 'Get messages' }).click();
      await dialog.getByText('Guten Tag').waitFor();
      expect(await dialog.textContent()).toContain('text/plain');
      expect(await dialog.textContent()).toContain('retries = 3');
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Purge' }).click();
      await dialog.getByRole('button', { name: 'Purge' }).click();
      await page.getByText('Queue greetings/de is empty.').waitFor();
      const purged = await managed.get('/api/queues/%2F/greetings%2Fde');
      expect(purged.json.messages).toBe(0);

      await page.getByRole('button', { name: 'Delete' }).click();
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('heading', { name: 'Queues', exact: true }).waitFor();
      expect((await managed.get('/api/queues/%2F/greetings%2Fde')).status).toBe(404);
    },
    PAGE_TEST_MS,
  );

  it(
    'declares an exchange, binds a queue to it, and says whether a message was routed',
    async () => {
      await managed.put('/api/queues/%2F/paid', {});
      const page = await open('#/exchanges');
      await page.getByRole('button', { name: 'Declare an exchange' }).click();
      await page.getByLabel('Name', { exact: true }).fill('shop');
      await page.getByRole('button', { name: 'Declare', exact: true }).click();
      await page.getByRole('link', { name: 'shop' }).click();

      await page.getByRole('button', { name: 'Bind', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill('paid');
      await dialog.getByLabel('Routing key').fill('order.*.paid');
      await dialog.getByRole('button', { name: 'Bind' }).click();
      await page.getByRole('cell', { name: 'order.*.paid', exact: true }).waitFor();

      await page.getByRole('button', { name: 'Publish' }).click();
      await dialog.getByLabel('Routing key').fill('order.eu.paid');
      await dialog.getByRole('button', { name: 'Publish' }).click();
      await dialog.getByText('Message 1 was routed.').waitFor();
      await dialog.getByLabel('Routing key').fill('order.eu.lost');
      await dialog.getByRole('button', { name: 'Publish' }).click();
      await dialog.getByText(/Message 2 was not routed/).waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: /^Unbind paid/ }).click();
      await dialog.getByRole('button', { name: 'Unbind' }).click();
      await page.getByText('Nothing is bound to it').waitFor();
    },
    PAGE_TEST_MS,
  );

  it(
    'keeps a dialog open and says why when the broker refuses',
    async () => {
      await managed.put('/api/queues/%2F/q', { durable: false });
      const page = await open('#/queues');
      await page.getByRole('button', { name: 'Declare a queue' }).click();
      await page.getByLabel('Name', { exact: true }).fill('q');
      await page.getByRole('button', { name: 'Declare', exact: true }).click();
      expect(await page.getByRole('alert').textContent()).toContain('durable');
      expect(await page.getByRole('dialog').isVisible()).toBe(true);
    },
    PAGE_TEST_MS,
  );

  it(
    'closes a connection',
    async () => {
      const connection = await managed.connect();
      const reasons: string[] = [];
      connection.on('close', (error?: Error) => reasons.push(String(error)));
      const page = await open('#/connections');
      await page.getByRole('rowheader').getByRole('link').click();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
      await page.getByRole('heading', { name: 'Nobody is connected' }).waitFor();
      await waitFor('the client to hear of it', () => reasons.length > 0, PAGE_WAIT_MS);
      expect(reasons[0]).toContain('Closed from the management page');
    },
    PAGE_TEST_MS,
  );

  it(
    'shows 10,000 queues a page at a time, sorted, filtered and linked to, and goes back',
    async () => {
      const connection = await managed.connect();
      const channel = await connection.createChannel();
      for (let i = 0; i < 10_000; i += 100) {
        await Promise.all(
          Array.from({ length: 100 }, (_, j) => channel.assertQueue(`queue.${i + j}`)),
        );
      }
      channel.sendToQueue('queue.7777', Buffer.from('x'));
      const page = await open('#/queues');
      await page.getByText('10\u202f000 queues').waitFor();
      expect(await page.getByRole('rowheader').count()).toBe(50);

      await page.getByRole('link', { name: 'Ready' }).click();
      await waitFor(
        'the longest to be first',
        async () => {
          const first = await page.getByRole('rowheader').first().textContent();
          return first?.startsWith('queue.7777');
        },
        PAGE_WAIT_MS,
      );
      expect(
        await page.getByRole('columnheader', { name: 'Ready' }).getAttribute('aria-sort'),
      ).toBe('descending');
      await page.getByRole('link', { name: 'Next' }).click();
      await page.waitForURL(/page=2/);
      await page.goBack();
      await page.getByRole('rowheader').getByText('7777').waitFor();

      await page.getByRole('searchbox').fill('queue.999');
      await page.getByText('11 of 10\u202f000 queues').waitFor();
      const address = page.url();
      const linked = await browser.open(address);
      await logIn(linked);
      await linked.getByText('11 of 10\u202f000 queues').waitFor();

      // As of an address that was made when there were more.
      const beyond = await open('#/queues?filter=queue.999&page=9');
      await beyond.getByText('11 of 10\u202f000 queues').waitFor();
      expect(await beyond.getByRole('rowheader').count()).toBe(11);
      await connection.close();
    },
    PAGE_TEST_MS,
  );

  it(
    'asks nothing while it is hidden, and one thing at a time while it is seen',
    async () => {
      const page = await browser.open('about:blank');
      await page.clock.install();
      await page.goto(`${managed.url}/#/queues`);
      await logIn(page);
      await page.getByRole('heading', { name: 'No queues yet' }).waitFor();
      let asked = 0;
      let answer = () => {};
      await page.route('**/api/queues**', async (route) => {
        asked++;
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        await route.continue();
      });
      // From here on the page's time passes only when the test lets it.
      await page.clock.pauseAt(Date.now() + 60_000);
      // A poll that was under way when the route was set is none that it counts.
      await waitFor(
        'a poll',
        async () => {
          if (asked === 0) await page.clock.runFor(1000);
          return asked === 1;
        },
        PAGE_WAIT_MS,
      );
      await page.clock.runFor(15_000);
      expect(asked).toBe(1);

      const setHidden = (hidden: boolean) =>
        page.evaluate((value) => {
          Object.defineProperty(document, 'hidden', { configurable: true, value });
          document.dispatchEvent(new Event('visibilitychange'));
        }, hidden);
      await setHidden(true);
      const answered = page.waitForEvent('requestfinished');
      answer();
      await answered;
      await page.clock.runFor(60_000);
      expect(asked).toBe(1);
      await setHidden(false);
      await waitFor('a poll when it is seen again', () => asked === 2, PAGE_WAIT_MS);
      answer();
    },
    PAGE_TEST_MS,
  );

  it(
    'says that the broker is gone, keeps what it showed, and goes on when it is back',
    async () => {
      await managed.put('/api/queues/%2F/q', {});
      const page = await open('#/queues');
      await page.getByRole('link', { name: 'q', exact: true }).waitFor();
      await page.route('**/api/**', (route) => route.abort());
      await page.getByText('What you see is the last answer.').waitFor();
      expect(await page.getByRole('link', { name: 'q', exact: true }).isVisible()).toBe(true);
      await page.unroute('**/api/**');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('What you see is the last answer.').waitFor({ state: 'detached' });
    },
    PAGE_TEST_MS,
  );

  it(
    'is used by keyboard alone: skips to the content, opens, fills and leaves a dialog',
    async () => {
      const page = await open('#/queues');
      await page.getByRole('heading', { name: 'Queues', exact: true }).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('page-main');
      const button = page.getByRole('button', { name: 'Declare a queue' });
      const dialog = page.getByRole('dialog');
      await button.focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await page.keyboard.type('by.keyboard');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await page.keyboard.type('by.keyboard');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'by.keyboard' }).waitFor();
    },
    PAGE_TEST_MS,
  );

  it(
    'keeps the theme that was chosen',
    async () => {
      const page = await open();
      const ground = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await ground();
      await page.getByLabel('Theme').selectOption('dark');
      expect(await ground()).not.toBe(light);
      await page.reload();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(await page.getByLabel('Theme').inputValue()).toBe('dark');
      expect(await ground()).not.toBe(light);
    },
    PAGE_TEST_MS,
  );

  const EVERYWHERE = [
    '#/overview',
    '#/queues',
    '#/queues/%2F/a',
    '#/exchanges/%2F/e',
    '#/connections',
    '#/direct',
    '#/threads',
    '#/admin/definitions',
  ];
  for (const [name, options, places] of [
    ['light, wide', {}, EVERYWHERE],
    ['dark, wide', { dark: true }, ['#/overview', '#/queues/%2F/a']],
    ['light, on a phone', { width: 390, height: 844 }, EVERYWHERE],
    ['dark, on a phone', { width: 390, height: 844, dark: true }, ['#/queues']],
  ] as const) {
    it(
      `has no barrier that axe knows, and nothing sticks out: ${name}`,
      async () => {
        await managed.put('/api/queues/%2F/a', { durable: true });
        await managed.put('/api/exchanges/%2F/e', { type: 'topic' });
        await managed.post('/api/bindings/%2F/e/e/q/a', { routing_key: 'k' });
        const login = await browser.open(managed.url, options);
        expect(await violations(login)).toEqual([]);
        const page = await open('', options);
        for (const hash of places) {
          await goTo(page, hash);
          expect(await violations(page), hash).toEqual([]);
          const excess = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(excess, hash).toBe(0);
        }
        await goTo(page, '#/queues');
        await page.getByRole('button', { name: 'Declare a queue' }).click();
        expect(await violations(page)).toEqual([]);
      },
      PAGE_TEST_MS,
    );
  }

  it('never violated its content security policy nor failed meanwhile', () => {
    expect(browser.problems).toEqual([]);
  });
});
