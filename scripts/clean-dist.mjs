// A file that was renamed in src must not live on in dist: workers and tests load dist by path.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
