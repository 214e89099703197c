import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import type { LedgerReading } from '../../engine/ledger.port.js';
import { JobMetrics, type DayMetrics, type MetricsQuery } from '../../monitoring/metrics/job-metrics.js';
import type { MetricsPoint } from '../../monitoring/metrics/metrics-series.js';
import type { TypeMetrics } from '../../monitoring/metrics/type-metrics.js';
import type { WorkforceMetrics } from '../../monitoring/metrics/workforce.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { DayModel, LedgerModel, SeriesModel, TypeMetricsModel, WorkforceModel } from '../openapi/figure-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { slice } from '../requests/slice.js';

const OF = ['queue', 'name'] as const;
const TYPES_QUERY = [...OF, 'window', ...PAGE] as const;
const SERIES_QUERY = [...OF, 'minutes'] as const;
const WINDOWS = ['minute', 'fiveMinutes', 'hour', 'today'] as const;

export class MetricsController {
  constructor(@Inject(JobMetrics) private readonly metrics: JobMetrics) {}

  @Get('types')
  @Requires('view')
  @Described('Figures of each job type', pageOf(TypeMetricsModel), { query: TYPES_QUERY })
  async types(@Query() given: unknown): Promise<Page<TypeMetrics>> {
    const query = new ListQuery(given, TYPES_QUERY, 'metrics/types');
    const types = await this.metrics.types(query.oneOf('window', WINDOWS) ?? 'hour', queryOf(query));
    return slice(types, ({ queue, name }) => `${queue}/${name}`, query.page);
  }

  @Get('today')
  @Requires('view')
  @Described('Figures since midnight', DayModel, { query: OF })
  today(@Query() given: unknown): Promise<DayMetrics> {
    return this.metrics.today(queryOf(new ListQuery(given, OF, 'metrics/today')));
  }

  /** Minute by minute, at most a day. */
  @Get('series')
  @Requires('view')
  @Described('Figures minute by minute', SeriesModel, { query: SERIES_QUERY })
  async series(@Query() given: unknown): Promise<{ readonly items: readonly MetricsPoint[] }> {
    const query = new ListQuery(given, SERIES_QUERY, 'metrics/series');
    return { items: await this.metrics.series(queryOf(query), query.number('minutes')) };
  }

  @Get('workforce')
  @Requires('view')
  @Described('What works the jobs off', WorkforceModel)
  workforce(): Promise<WorkforceMetrics> {
    return this.metrics.workforce();
  }

  /** The last check of each queue's books. */
  @Get('ledger')
  @Requires('view')
  @Described('The last check of the books', pageOf(LedgerModel), { query: PAGE })
  async ledger(@Query() given: unknown): Promise<Page<LedgerReading>> {
    return slice(await this.metrics.ledger(), ({ queue }) => queue, new ListQuery(given, PAGE, 'metrics/ledger').page);
  }
}

function queryOf(query: ListQuery): MetricsQuery {
  const [queue, name] = [query.text('queue'), query.text('name')];
  return { ...(queue !== undefined && { queue }), ...(name !== undefined && { name }) };
}
