import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { JobLogger } from '../../core/job-logger.js';
import { SECURE_HEADERS } from '../access/secure-headers.js';
import { ADMIN_LOGGER } from '../admin.tokens.js';
import { AdminView } from '../views/admin-view.js';
import { failureLine } from './failure-line.js';
import { problemOf } from './problem-details.js';

/** Bound to the controllers of the admin alone: those of the application answer as before. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(AdminView) private readonly view: AdminView,
    @Inject(ADMIN_LOGGER) private readonly logger: JobLogger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const response = host.switchToHttp().getResponse<unknown>();
    const problem = problemOf(error, this.view);
    if (problem.status >= 500 && !(error instanceof HttpException)) this.logger.error(failureLine(error, this.view));
    if (httpAdapter.isHeadersSent(response)) return httpAdapter.end(response) as void;
    for (const [name, value] of Object.entries(SECURE_HEADERS)) httpAdapter.setHeader(response, name, value);
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    // As a text: beside an object, the adapter for Express of Nest 11 takes the content type for a mistake.
    httpAdapter.reply(response, JSON.stringify(problem), problem.status);
  }
}
