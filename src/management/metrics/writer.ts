import { Counter, Gauge, Registry } from 'prom-client';

/** Labels of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** Collects samples for one scrape: everything is read anew each time, so nothing is kept. */
export class MetricWriter {
  private readonly registry = new Registry();
  private readonly metrics = new Map<string, Counter | Gauge>();

  gauge(name: string, help: string, value: number, labels: Labels = {}): void {
    const gauge = this.metrics.get(name) ?? this.make(Gauge, name, help, labels);
    gauge.inc(labels, value);
  }

  /** Samples with the same labels are added. */
  counter(name: string, help: string, value: number, labels: Labels = {}): void {
    const counter = this.metrics.get(name) ?? this.make(Counter, name, help, labels);
    counter.inc(labels, Math.max(value, 0));
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** One metric after the other, so that other requests have their turn between them. */
  async *text(): AsyncGenerator<string> {
    for (const name of this.metrics.keys()) {
      yield `${await this.registry.getSingleMetricAsString(name)}\n`;
      await new Promise(setImmediate);
    }
  }

  private make<M extends Counter | Gauge>(
    kind: new (options: {
      name: string;
      help: string;
      labelNames: string[];
      registers: Registry[];
    }) => M,
    name: string,
    help: string,
    labels: Labels,
  ): M {
    const registers = [this.registry];
    const metric = new kind({ name, help, labelNames: Object.keys(labels), registers });
    this.metrics.set(name, metric);
    return metric;
  }
}
