import { defineConfig } from 'vitest/config';

const BROWSER = ['test/browser/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: BROWSER } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: BROWSER,
          // A browser needs the machine for itself: behind all others, one file after the other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a shared machine a stall can be longer than a deadline; what fails twice is broken.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
