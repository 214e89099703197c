/**
 * The part of a registry of `prom-client` that is used.
 *
 * @example
 * const scrape = (registry: PrometheusRegistry): Promise<string> => registry.metrics();
 * @publicApi
 */
export interface PrometheusRegistry {
  metrics(): Promise<string>;
  readonly contentType: string;
}

/**
 * Where metrics for Prometheus go.
 *
 * @example
 * const options: PrometheusOptions = {};
 * @publicApi
 */
export interface PrometheusOptions {
  /** A registry of `prom-client`, such as its default one. Default: one of our own, read by `JobPrometheus.metrics()`. */
  readonly registry?: PrometheusRegistry;
}
