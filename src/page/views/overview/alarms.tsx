import type { NodeInfo } from '../../api/types.ts';
import { Icon } from '../../components/icon.tsx';
import type { FeedReading } from '../../model/feed-watch.ts';
import { formatRate, plural } from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';

interface AlarmsProps {
  readonly nodes: readonly NodeInfo[];
  readonly feeds: readonly FeedReading[];
}

/** What needs somebody, and nothing else. */
export function Alarms({ nodes, feeds }: AlarmsProps) {
  const memory = nodes.some(({ mem_alarm }) => mem_alarm);
  const disk = nodes.some(({ disk_free_alarm }) => disk_free_alarm);
  const dropping = feeds.filter(({ state }) => state === 'dropping');
  const behind = feeds.filter(({ state }) => state === 'behind');
  const lost = dropping.reduce((sum, { droppedPerSecond }) => sum + droppedPerSecond, 0);
  return (
    <div aria-live="polite">
      {memory && (
        <p class="alarm">
          <Icon name="warning" />
          <span>
            Memory is short: publishers are blocked until consumers have taken enough. Look for{' '}
            <a href={longestFirst()}>the longest queues</a>.
          </span>
        </p>
      )}
      {disk && (
        <p class="alarm">
          <Icon name="warning" />
          <span>Disk space is short: publishers are blocked until there is room.</span>
        </p>
      )}
      {dropping.length > 0 && (
        <p class="alarm">
          <Icon name="warning" />
          <span>
            <a href={formatRoute(['direct'])}>{plural(dropping.length, 'feed')}</a>{' '}
            {dropping.length === 1 ? 'loses' : 'lose'} {formatRate(lost)}: the consumer is too slow.
          </span>
        </p>
      )}
      {behind.length > 0 && (
        <p class="alarm mild">
          <Icon name="warning" />
          <span>
            <a href={formatRoute(['direct'])}>{plural(behind.length, 'slow feed')}</a> with a
            backlog above the warning mark.
          </span>
        </p>
      )}
    </div>
  );
}

function longestFirst(): string {
  return formatRoute(['queues'], { sort: 'messages_ready', desc: '1' });
}
