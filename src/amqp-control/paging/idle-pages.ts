import type { Page } from './page.ts';

/** Pages that are idle no more stay in the list until they are this many, and half of it. */
const HOLES_MIN = 256;

/** The pages that are idle. The last one comes out first; any may cease to be idle meanwhile. */
export class IdlePages {
  private pages: Page[] = [];
  private holes = 0;

  push(page: Page): void {
    this.pages.push(page);
  }

  /** One of them is idle no more. */
  leave(): void {
    this.holes++;
    if (this.holes < HOLES_MIN || 2 * this.holes < this.pages.length) return;
    this.pages = this.pages.filter(({ state }) => state === 'idle');
    this.holes = 0;
  }

  /** Takes out the idle page that came last; null if there is none. */
  pop(): Page | null {
    for (;;) {
      const page = this.pages.pop();
      if (page === undefined) return null;
      if (page.state === 'idle') return page;
      this.holes--;
    }
  }
}
