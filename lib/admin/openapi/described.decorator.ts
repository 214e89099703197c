import { SetMetadata } from '@nestjs/common';
import type { ApiModel } from './api-field.js';

/** What OpenAPI is told of a route; its path and its right are known anyway. */
export interface RouteDescription {
  readonly summary: string;
  readonly answer: ApiModel;
  /** What it answers in some cases instead. */
  readonly or?: ApiModel;
  readonly status?: number;
  readonly body?: ApiModel;
  readonly query?: readonly string[];
  /** Of the query. */
  readonly needed?: readonly string[];
  /** Server-sent events. */
  readonly streams?: boolean;
}

export const ROUTE_DESCRIPTION = 'nestjs-vigil:route';

export const Described = (summary: string, answer: ApiModel, more: Partial<RouteDescription> = {}): MethodDecorator =>
  SetMetadata(ROUTE_DESCRIPTION, { summary, answer, ...more } satisfies RouteDescription);
