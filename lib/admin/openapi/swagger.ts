import type { Type } from '@nestjs/common';
import type { JobLogger } from '../../core/job-logger.js';

type Decorate = (options: object) => ClassDecorator & MethodDecorator & PropertyDecorator;

/** As much of `@nestjs/swagger` 11 and 12 as is used here. */
export interface Swagger {
  readonly ApiTags: (...tags: string[]) => ClassDecorator;
  readonly ApiExcludeController: () => ClassDecorator;
  readonly ApiExtraModels: (...models: Type[]) => ClassDecorator;
  readonly ApiOperation: Decorate;
  readonly ApiResponse: Decorate;
  readonly ApiBody: Decorate;
  readonly ApiParam: Decorate;
  readonly ApiQuery: Decorate;
  readonly ApiProperty: Decorate;
  readonly getSchemaPath: (model: Type) => string;
}

const ABSENT = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/** Undefined where it is not installed: then nobody asks for a document either. */
export async function loadSwagger(logger: JobLogger): Promise<Swagger | undefined> {
  try {
    const loaded = (await import('@nestjs/swagger')) as unknown as Swagger & { readonly default?: Swagger };
    return loaded.default ?? loaded;
  } catch (error) {
    const { code } = Object(error) as { code?: string };
    if (!ABSENT.includes(code ?? '')) logger.warn(`@nestjs/swagger can not be loaded: ${String(error)}`);
    return undefined;
  }
}
