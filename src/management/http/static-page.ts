import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Hono } from 'hono';
import type { Environment } from './environment.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Files whose names change with their contents. */
const HASHED = /-[\w-]{8,}\.\w+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves the files of a folder; they are read at the start. The page needs no login, only what it
 * asks the API for does.
 */
export function servePage(app: Hono<Environment>, folder: string): void {
  for (const path of filesIn(folder)) {
    const octets = readFileSync(join(folder, path));
    const url = path === 'index.html' ? '/' : `/${path.split(sep).join('/')}`;
    const headers = {
      'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': HASHED.test(path) ? FOR_EVER : 'no-cache',
    };
    app.get(url, (c) => c.body(new Uint8Array(octets), 200, headers));
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extname(entry.name) !== '.map')
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch {
    // The page is built separately; without it the API is all there is.
    return [];
  }
}
