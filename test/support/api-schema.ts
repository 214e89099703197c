/** Of an OpenAPI document, as far as ours goes. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export type Schemas = Readonly<Record<string, Schema>>;

/** Where a real answer is not what the document says of it; fields that it does not name count, too. */
export function mismatches(value: unknown, given: Schema, schemas: Schemas, at = ''): string[] {
  const schema = resolved(given, schemas);
  const choices = (schema.anyOf ?? schema.oneOf)?.map((choice) => mismatches(value, choice, schemas, at));
  if (choices) return choices.find((each) => each.length === 0) ?? choices.flat();
  if (schema.type !== undefined && !isOf(schema.type, value))
    return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${at}: ${String(value)} is none of ${schema.enum.join(', ')}`];
  if (Array.isArray(value))
    return value.flatMap((each, n) => mismatches(each, schema.items ?? {}, schemas, `${at}[${n}]`));
  if (typeof value !== 'object' || value === null || !schema.properties) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}: no ${name}`);
  const inside = Object.entries(value).flatMap(([name, each]) => {
    const property = schema.properties?.[name];
    return property ? mismatches(each, property, schemas, `${at}.${name}`) : [`${at}: undeclared ${name}`];
  });
  return [...missing, ...inside];
}

function resolved({ $ref, allOf: [inner] = [], ...own }: Schema, schemas: Schemas): Schema {
  const name = ($ref ?? inner?.$ref)?.split('/').pop();
  return name === undefined ? own : schemas[name];
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
