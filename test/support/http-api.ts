import type { OpenAPIObject } from '@nestjs/swagger';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly summary: string;
  readonly parameters: readonly {
    readonly in: string;
    readonly name: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const PREFIX = 'Vigil';

/** The document as a page for people. */
export function httpApiPage(document: OpenAPIObject, base: string): string {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) =>
      routeOf(`${method.toUpperCase()} ${path.replace(base, '')}`, operation),
    ),
  );
  const schemas = Object.entries(document.components?.schemas ?? {})
    .filter(([name]) => !name.endsWith('Page'))
    .sort(([one], [two]) => (one < two ? -1 : 1));
  const models = schemas.map(([name, schema]) => modelOf(name, schema as Schema));
  return [
    '# HTTP interface of the admin\n',
    'Made from the OpenAPI document, which `@nestjs/swagger` makes of the application where it is installed. What the routes are for,',
    'who may use them and how they are kept safe stands in [admin.md](admin.md). All paths are below `<path>/api`.\n',
    '## Routes\n',
    ...routes,
    '## Models\n',
    ...models,
  ].join('\n');
}

function routeOf(title: string, { summary, parameters, requestBody, responses }: Operation): string {
  const query = parameters.filter((each) => each.in === 'query');
  const [status = ''] = Object.keys(responses).filter((each) => each !== 'default');
  const [type = '', { schema } = { schema: {} }] = Object.entries(responses[status]?.content ?? {})[0] ?? [];
  const body = requestBody?.content['application/json']?.schema;
  return [
    `### \`${title}\`\n`,
    `${summary}.\n`,
    ...(query.length > 0
      ? [`- Query: ${query.map(({ name, required }) => `\`${name}\`${required ? ' (needed)' : ''}`).join(', ')}`]
      : []),
    ...(body ? [`- Body: ${typeOf(body)}`] : []),
    `- Answer: ${status}, ${typeOf(schema)}${type === 'text/event-stream' ? ', as server-sent events' : ''}\n`,
  ].join('\n');
}

function modelOf(name: string, { properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(
    ([field, schema]) =>
      `| \`${field}\` | ${typeOf(schema)} | ${required.includes(field) ? '' : 'optional'} | ${schema.description ?? ''} |`,
  );
  return [
    `### ${name.slice(PREFIX.length)}\n`,
    '| field | type | | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function typeOf({ $ref, type, enum: values, items, allOf, oneOf, anyOf }: Schema): string {
  const name = ($ref ?? allOf?.[0]?.$ref)?.split('/').pop()?.slice(PREFIX.length);
  if (name?.endsWith('Page')) return `page of ${link(name.slice(0, -'Page'.length))}`;
  if (name !== undefined) return link(name);
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (items) return `list of ${typeOf(items)}`;
  const choices = oneOf ?? (anyOf && anyOf.length > 1 ? anyOf : undefined);
  if (choices) return choices.map(typeOf).join(' or ');
  return anyOf || type === undefined ? 'any JSON' : type;
}

function link(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}
