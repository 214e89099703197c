import { RequestMethod, type Type } from '@nestjs/common';
import type { JobLogger } from '../../core/job-logger.js';
import { DashboardController } from '../dashboard/dashboard.controller.js';
import type { ApiField, ApiModel } from './api-field.js';
import { ROUTE_DESCRIPTION, type RouteDescription } from './described.decorator.js';
import { ProblemModel } from './operation-models.js';
import { loadSwagger, type Swagger } from './swagger.js';

const TAG = 'vigil';
const PROBLEM = 'application/problem+json';
const NUMBERS = ['limit', 'httpStatus', 'minutes', 'history'];
const FLAGS = ['perHour'];
const LEAF: Readonly<Record<string, object>> = {
  // With a choice of schemas, a type must be there, and an array is the only one that is left out of the document.
  any: { type: Array, anyOf: [{}] },
  key: { type: Array, oneOf: [{ type: 'string' }, { type: 'number' }] },
  map: { type: 'object', additionalProperties: true },
};

let described: Promise<void> | undefined;

/** Tells `@nestjs/swagger` what the routes take and answer, where it is installed; once for all applications of the process. */
export function describeRoutes(controllers: readonly Type[], logger: JobLogger): Promise<void> {
  return (described ??= loadSwagger(logger).then((swagger) => {
    if (!swagger) return;
    const models = new Models(swagger);
    for (const controller of controllers) describeController(controller, swagger, models);
    // Pages for people are no part of an interface.
    swagger.ApiExcludeController()(DashboardController);
  }));
}

function describeController(controller: Type, swagger: Swagger, models: Models): void {
  swagger.ApiTags(TAG)(controller);
  swagger.ApiExtraModels(models.typeOf(ProblemModel))(controller);
  const prototype = controller.prototype as Record<string, object>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const route = Reflect.getMetadata(ROUTE_DESCRIPTION, prototype[name]) as RouteDescription | undefined;
    if (!route) continue;
    const path = String(Reflect.getMetadata('path', prototype[name]));
    const isRead = Reflect.getMetadata('method', prototype[name]) === RequestMethod.GET;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    for (const decorate of decoratorsOf(route, path, isRead, swagger, models)) decorate(prototype, name, descriptor);
  }
}

function decoratorsOf(
  route: RouteDescription,
  path: string,
  isRead: boolean,
  swagger: Swagger,
  models: Models,
): MethodDecorator[] {
  const { summary, answer, or, status = 200, body, query = [], needed = [], streams } = route;
  const types = [answer, ...(or ? [or] : [])].map((model) => models.typeOf(model));
  const refs = types.map((type) => ({ $ref: swagger.getSchemaPath(type) }));
  const schema = refs.length === 1 ? refs[0] : { anyOf: refs };
  const content = streams ? { 'text/event-stream': { schema } } : { 'application/json': { schema } };
  const problem = { [PROBLEM]: { schema: { $ref: swagger.getSchemaPath(models.typeOf(ProblemModel)) } } };
  const params = path.split('/').filter((part) => part.startsWith(':'));
  return [
    swagger.ApiOperation({ summary }),
    swagger.ApiExtraModels(...types) as unknown as MethodDecorator,
    swagger.ApiResponse({ status, description: summary, content }),
    swagger.ApiResponse({ status: 'default', description: 'What is wrong', content: problem }),
    ...params.map((param) => swagger.ApiParam({ name: param.slice(1), type: String })),
    ...query.map((name) => swagger.ApiQuery({ name, type: typeOf(name), required: needed.includes(name) })),
    ...(body && !isRead ? [swagger.ApiBody({ type: models.typeOf(body) })] : []),
  ];
}

function typeOf(parameter: string): Type {
  if (NUMBERS.includes(parameter)) return Number;
  return FLAGS.includes(parameter) ? Boolean : String;
}

function literal(value: string | false): object {
  return { type: typeof value, enum: [value] };
}

/** The classes that stand for the models, each with its properties once it has been asked for. */
class Models {
  private readonly known = new Set<ApiModel>();

  constructor(private readonly swagger: Swagger) {}

  typeOf(model: ApiModel): Type {
    if (this.known.has(model)) return model.type;
    this.known.add(model);
    for (const [name, field] of Object.entries(model.fields))
      this.swagger.ApiProperty(this.optionsOf(field, model.type))(model.type.prototype as object, name);
    return model.type;
  }

  private optionsOf(field: ApiField, owner: Type): object {
    const { type, isList = false, oneOf, or, description, isOptional = false } = field;
    const shared = { required: !isOptional, ...(description !== undefined && { description }) };
    if (or !== undefined) return { ...shared, type: Array, anyOf: [this.schemaOf(field, owner), literal(or)] };
    if (typeof type === 'object') return { ...shared, type: () => this.typeOf(type), isArray: isList };
    const leaf = { ...(LEAF[type] ?? { type }), ...(oneOf && { enum: oneOf }) };
    return isList ? { ...shared, type: 'array', items: leaf } : { ...shared, ...leaf };
  }

  /** As it stands in a choice, where a class is not looked for. */
  private schemaOf({ type, isList = false }: ApiField, owner: Type): object {
    if (typeof type !== 'object') return { type };
    const inside = this.typeOf(type);
    this.swagger.ApiExtraModels(inside)(owner);
    const ref = { $ref: this.swagger.getSchemaPath(inside) };
    return isList ? { type: 'array', items: ref } : ref;
  }
}
