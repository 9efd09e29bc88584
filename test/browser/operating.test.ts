import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { describeInBrowser, logIn, PAGE_TEST_MS, PAGE_WAIT_MS } from '../support/browser.ts';
import { useManagedBroker } from '../support/management.ts';
import { waitFor } from '../support/wait-for.ts';

describeInBrowser('the management page for operators', (browser) => {
  const managed = useManagedBroker({
    feedWarnMessages: 2,
    feedDropMessages: 10,
    latencySampling: 1,
  });

  const open = async (hash: string): Promise<Page> => {
    const page = await browser.open(`${managed.url}/${hash}`);
    await logIn(page);
    await page.locator('#page-main h1').waitFor();
    return page;
  };

  it(
    'shows sinks and feeds with what they carry, and what main does for them',
    async () => {
      const client = await connect(managed.broker.url, { direct: true });
      const channel = await client.createChannel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'amq.topic', '#');
      let received = 0;
      await channel.consume(queue, () => received++, { noAck: true });
      channel.publish('amq.topic', 'a.b', Buffer.from('x'));
      await waitFor('a message', () => received === 1, PAGE_WAIT_MS);

      const page = await open('#/direct');
      const feeds = page.getByRole('table', { name: 'Feeds' });
      await feeds.getByRole('link', { name: queue }).waitFor();
      const sinks = page.getByRole('table', { name: 'Sinks' });
      await sinks.getByRole('link', { name: 'amq.topic' }).waitFor();
      await page.getByRole('link', { name: 'Threads' }).click();
      await page.getByRole('rowheader', { name: 'main', exact: true }).waitFor();
      await client.close();
    },
    PAGE_TEST_MS,
  );

  it(
    'adds a user, gives permissions, and deletes the user',
    async () => {
      const page = await open('#/admin/users');
      await page.getByRole('button', { name: 'Add a user' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('shop');
      await dialog.getByLabel('Password').fill('secret');
      await dialog.getByLabel('Tags').fill('monitoring');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Set permissions of shop' }).click();
      await dialog.getByLabel('Configure, a regular expression').fill('^shop');
      await dialog.getByRole('button', { name: 'Set' }).click();
      await page.getByText('^shop .* .*').waitFor();
      const { json } = await managed.get('/api/permissions/%2F/shop');
      expect(json).toMatchObject({ configure: '^shop', write: '.*', read: '.*' });
      expect((await managed.get('/api/whoami', { as: 'shop:secret' })).json.name).toBe('shop');

      await page.getByRole('button', { name: 'Delete shop' }).click();
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('User shop is deleted.').waitFor();
      expect((await managed.get('/api/users/shop')).status).toBe(404);
    },
    PAGE_TEST_MS,
  );

  it(
    'adds a policy, which shows on the queues that it matches',
    async () => {
      await managed.put('/api/queues/%2F/tmp.1', {});
      const page = await open('#/admin/policies');
      await page.getByRole('heading', { name: 'No policies' }).waitFor();
      await page.getByRole('button', { name: 'Add a policy' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('short');
      await dialog.getByLabel('Pattern, a regular expression').fill('^tmp');
      await dialog.getByLabel('Definition').fill('max-length = 3');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('max-length = 3').waitFor();
      await page.getByRole('link', { name: 'Queues' }).click();
      await page.getByTitle('Policy short applies').waitFor();
    },
    PAGE_TEST_MS,
  );

  it(
    'adds a virtual host, which queues can then be declared in',
    async () => {
      const page = await open('#/admin/vhosts');
      await page.getByRole('button', { name: 'Add a virtual host' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('orders');
      await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
      await page.getByRole('link', { name: 'orders' }).waitFor();
      await page.getByRole('link', { name: 'Queues' }).click();
      await page.getByRole('button', { name: 'Declare a queue' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('first');
      await dialog.getByLabel('Virtual host').selectOption('orders');
      await dialog.getByRole('button', { name: 'Declare' }).click();
      await page.getByText('Queue first is declared.').waitFor();
      expect((await managed.get('/api/queues/orders/first')).status).toBe(200);
    },
    PAGE_TEST_MS,
  );

  it(
    'exports definitions and imports them, saying what becomes of them',
    async () => {
      await managed.put('/api/queues/%2F/orders', { durable: true });
      const page = await open('#/admin/definitions');
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      const file = await (await downloading).path();
      const definitions = JSON.parse(readFileSync(file, 'utf8'));
      expect(definitions.queues).toMatchObject([{ name: 'orders', vhost: '/' }]);
      definitions.queues[0] = { ...definitions.queues[0], name: 'more' };
      definitions.queues[0].arguments = { 'x-queue-type': 'quorum' };

      await page.getByRole('button', { name: 'Import a file' }).click();
      const dialog = page.getByRole('dialog');
      const load = async (text: string) => {
        const buffer = Buffer.from(text);
        await dialog.getByLabel('File').setInputFiles({ name: 'd.json', mimeType: 'x/y', buffer });
        await dialog.getByRole('button', { name: 'Import' }).click();
      };
      await load('{');
      await dialog.getByRole('alert').getByText('The file is no JSON.').waitFor();
      await load(JSON.stringify(definitions));
      await page.getByText("queue 'more' in vhost '/': type quorum").waitFor();
      expect((await managed.get('/api/queues/%2F/more')).status).toBe(200);
    },
    PAGE_TEST_MS,
  );

  it(
    'shows how long messages of an exchange, a queue and a connection took',
    async () => {
      const connection = await managed.connect();
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('timed');
      channel.sendToQueue('timed', Buffer.from('x'));
      await channel.waitForConfirms();
      const [{ name }] = (await managed.get('/api/connections')).json;
      for (const hash of [
        '#/queues/%2F/timed',
        '#/exchanges/%2F/amq.default',
        `#/connections/${encodeURIComponent(name)}`,
      ]) {
        const page = await open(hash);
        await page.getByRole('heading', { name: 'Latency' }).waitFor();
        await page.getByText(/of \d+ samples/).waitFor();
      }
      await connection.close();
    },
    PAGE_TEST_MS,
  );

  it(
    'tells events, the latest first',
    async () => {
      const page = await open('#/events');
      await managed.get('/api/overview', { as: 'nobody:wrong' });
      await page.getByRole('table', { name: 'Events, the latest first' }).waitFor();
    },
    PAGE_TEST_MS,
  );

  it('had no failure meanwhile', () => {
    expect(browser.problems).toEqual([]);
  });
});
