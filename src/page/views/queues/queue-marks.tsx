import type { QueueInfo } from '../../api/types.ts';
import { Badge } from '../../components/notices.tsx';

/** What is special about a queue; most are durable, so only those that aren't say it. */
export function QueueMarks({ queue }: { readonly queue: QueueInfo }) {
  const { durable, exclusive, auto_delete, policy } = queue;
  const args = Object.keys(queue.arguments ?? {});
  return (
    <span class="marks">
      {durable === false && <Badge title="Not durable: gone after a restart">transient</Badge>}
      {exclusive && <Badge title="Belongs to one connection">exclusive</Badge>}
      {auto_delete && <Badge title="Deleted when its last consumer leaves">auto-delete</Badge>}
      {typeof policy === 'string' && policy !== '' && (
        <Badge title={`Policy ${policy} applies`}>{policy}</Badge>
      )}
      {args.length > 0 && <Badge title={args.join(', ')}>args</Badge>}
    </span>
  );
}
