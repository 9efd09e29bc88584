import { formatCount } from '../model/format.ts';
import { pageNumbers } from '../model/paging.ts';
import { type Route, withQuery } from '../model/route.ts';

interface PagerProps {
  readonly route: Route;
  readonly page: number;
  readonly pageCount: number;
  readonly filtered: number;
  readonly total: number;
  /** What is counted, such as "queues". */
  readonly noun: string;
}

/** How many there are, and links to the other pages. */
export function Pager({ route, page, pageCount, filtered, total, noun }: PagerProps) {
  const count =
    filtered === total
      ? `${formatCount(total)} ${noun}`
      : `${formatCount(filtered)} of ${formatCount(total)} ${noun}`;
  const address = (number: number) =>
    withQuery(route, { page: number === 1 ? undefined : String(number) });
  return (
    <div class="pager">
      <span class="muted" role="status">
        {count}
      </span>
      {pageCount > 1 && (
        <nav aria-label={`Pages of ${noun}`}>
          {page > 1 && (
            <a href={address(page - 1)} rel="prev">
              Previous
            </a>
          )}
          {pageNumbers(page, pageCount).map((number) =>
            number === 0 ? (
              <span key={`gap before ${page}`} class="muted">
                …
              </span>
            ) : (
              <a
                key={number}
                href={address(number)}
                aria-label={`Page ${number}`}
                aria-current={number === page ? 'page' : undefined}
              >
                {number}
              </a>
            ),
          )}
          {page < pageCount && (
            <a href={address(page + 1)} rel="next">
              Next
            </a>
          )}
        </nav>
      )}
    </div>
  );
}
