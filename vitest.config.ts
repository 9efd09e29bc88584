import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // On a shared machine a stall can be longer than a deadline; what fails twice is broken.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
