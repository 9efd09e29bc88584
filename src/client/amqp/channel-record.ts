import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';

type Sent<N extends MethodToSend['name']> = Extract<MethodToSend, { name: N }>;

/** What one channel has set up, to be set up again on another connection. */
export class ChannelRecord {
  private confirms = false;
  private readonly prefetches = new Map<boolean, Sent<'basic.qos'>>();
  private readonly consumers = new Map<string, Sent<'basic.consume'>>();

  answered(request: MethodToSend, answer: Method): void {
    if (request.name === 'confirm.select') this.confirms = true;
    else if (request.name === 'basic.qos') this.prefetches.set(request.global ?? false, request);
    else if (request.name === 'basic.cancel') this.consumerGone(request.consumerTag ?? '');
    else if (request.name === 'basic.consume' && answer.name === 'basic.consume-ok') {
      // The tag stays, even if it was the broker that chose it.
      const { consumerTag } = answer;
      this.consumers.set(consumerTag, { ...request, consumerTag });
    }
  }

  consumerGone(consumerTag: string): void {
    this.consumers.delete(consumerTag);
  }

  /** What sets it up again, in order, behind Channel.Open. */
  methods(): { method: MethodToSend; expected: Method['name'] }[] {
    const methods: { method: MethodToSend; expected: Method['name'] }[] = [];
    if (this.confirms) {
      methods.push({ method: { name: 'confirm.select' }, expected: 'confirm.select-ok' });
    }
    for (const method of this.prefetches.values()) {
      methods.push({ method, expected: 'basic.qos-ok' });
    }
    for (const method of this.consumers.values()) {
      methods.push({ method, expected: 'basic.consume-ok' });
    }
    return methods;
  }
}
