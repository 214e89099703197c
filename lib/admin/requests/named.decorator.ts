import { BadRequestException, createParamDecorator, type ExecutionContext } from '@nestjs/common';

interface NamedRequest {
  readonly params: Readonly<Partial<Record<string, string>>>;
  readonly query: Readonly<Partial<Record<string, unknown>>>;
}

/** Stands in the path for a name that stands in the query. No queue, job or plan can be named so. */
const ELSEWHERE = '-';

/**
 * A name or id from the path. Fastify takes no more than 100 characters there, and ids may have 400: those are asked for with `-`
 * in the path and the id in the query.
 */
export const Named = createParamDecorator((name: string, context: ExecutionContext): string => {
  const { params, query } = context.switchToHttp().getRequest<NamedRequest>();
  const given: unknown = params[name] === ELSEWHERE ? query[name] : params[name];
  if (typeof given === 'string' && given !== '') return given;
  throw new BadRequestException(`give ${name} in the path, or - there and ?${name}= once`);
});
