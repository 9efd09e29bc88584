import { Command, Empty } from '../../components/notices.tsx';
import { formatRoute } from '../../model/route.ts';

/** What a new broker shows: how to see one's own messages move. */
export function FirstSteps() {
  return (
    <Empty title="See your first messages move">
      <ol>
        <li>
          Declare a queue:
          <Command text="directmq declare queue hello" />
        </li>
        <li>
          Send it a message, and look for it under <a href={formatRoute(['queues'])}>Queues</a>:
          <Command text={'directmq publish "" hello "Hello, DirectMQ"'} />
        </li>
        <li>
          Make some traffic and watch the chart above:
          <Command text="directmq bench --duration 60" />
        </li>
      </ol>
    </Empty>
  );
}
