import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import type { LedgerReading } from '../../engine/ledger.port.js';
import { JobMetrics, type DayMetrics, type MetricsQuery } from '../../monitoring/metrics/job-metrics.js';
import type { MetricsPoint } from '../../monitoring/metrics/metrics-series.js';
import type { TypeMetrics } from '../../monitoring/metrics/type-metrics.js';
import type { WorkforceMetrics } from '../../monitoring/metrics/workforce.js';
import { Requires } from '../access/admin-right.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { slice } from '../requests/slice.js';

const OF = ['queue', 'name'] as const;
const WINDOWS = ['minute', 'fiveMinutes', 'hour', 'today'] as const;

export class MetricsController {
  constructor(@Inject(JobMetrics) private readonly metrics: JobMetrics) {}

  @Get('types')
  @Requires('view')
  async types(@Query() given: unknown): Promise<Page<TypeMetrics>> {
    const query = new ListQuery(given, [...OF, 'window', ...PAGE], 'metrics/types');
    const types = await this.metrics.types(query.oneOf('window', WINDOWS) ?? 'hour', queryOf(query));
    return slice(types, ({ queue, name }) => `${queue}/${name}`, query.page);
  }

  @Get('today')
  @Requires('view')
  today(@Query() given: unknown): Promise<DayMetrics> {
    return this.metrics.today(queryOf(new ListQuery(given, OF, 'metrics/today')));
  }

  /** Minute by minute, at most a day. */
  @Get('series')
  @Requires('view')
  async series(@Query() given: unknown): Promise<{ readonly items: readonly MetricsPoint[] }> {
    const query = new ListQuery(given, [...OF, 'minutes'], 'metrics/series');
    return { items: await this.metrics.series(queryOf(query), query.number('minutes')) };
  }

  @Get('workforce')
  @Requires('view')
  workforce(): Promise<WorkforceMetrics> {
    return this.metrics.workforce();
  }

  /** The last check of each queue's books. */
  @Get('ledger')
  @Requires('view')
  async ledger(@Query() given: unknown): Promise<Page<LedgerReading>> {
    return slice(await this.metrics.ledger(), ({ queue }) => queue, new ListQuery(given, PAGE, 'metrics/ledger').page);
  }
}

function queryOf(query: ListQuery): MetricsQuery {
  const [queue, name] = [query.text('queue'), query.text('name')];
  return { ...(queue !== undefined && { queue }), ...(name !== undefined && { name }) };
}
