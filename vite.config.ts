import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the management page, `src/page`, into `dist/page`, which the management API serves. */
export default defineConfig({
  root: fileURLToPath(new URL('src/page', import.meta.url)),
  // Relative, so that the page also works behind a proxy that puts it under a path.
  base: './',
  build: {
    outDir: fileURLToPath(new URL('dist/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The first that know light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy allows files of our own only: nothing is inlined as data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
