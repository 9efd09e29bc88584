// Makes the pictures in docs/images from a broker with traffic: npm run docs:screenshots
// Needs Debian's chromium; DIRECTMQ_CHROMIUM names another.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startDemo } from './page-demo.mjs';

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
];
/** Time in which charts and sparklines fill, in milliseconds. */
const WATCH_MS = Number(process.env.WATCH_MS ?? 75_000);
/** Time for a feed that hangs to fill its backlog, in milliseconds. */
const HANG_MS = 20_000;

const BY_RATE = '#/queues?sort=message_stats.publish_details.rate&desc=1';
const PICTURES = [
  { name: 'overview', at: '#/' },
  { name: 'queues-dark', at: BY_RATE, dark: true },
  { name: 'direct', at: '#/direct', hang: true },
  { name: 'threads-dark', at: '#/threads', dark: true },
  { name: 'queue-phone', at: '#/queues/%2F/orders.audit', width: 390, height: 844 },
];

mkdirSync(IMAGES, { recursive: true });
const demo = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.DIRECTMQ_CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
});
try {
  const pages = [];
  for (const picture of PICTURES) pages.push({ ...picture, page: await open(picture) });
  await pause(WATCH_MS);
  for (const { name, hang, page } of pages) {
    if (hang) {
      demo.hang();
      await pause(HANG_MS);
    }
    await page.screenshot({ path: `${IMAGES}${name}.png` });
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await demo.stop();
}

/** A page that watches from now on what its picture will show. */
async function open({ at, dark = false, width = 1280, height = 800 }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  await page.goto(demo.page);
  await page.getByLabel('User').fill('guest');
  await page.getByLabel('Password').fill('guest');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#page-main h1').waitFor();
  await page.evaluate((hash) => {
    location.hash = hash;
  }, at);
  return page;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
