import type { StandardSchemaV1 } from '@standard-schema/spec';
import { VigilError } from './vigil.error.js';

type PayloadClass = new () => object;

/** What class-validator reports; by structure, so that its types do not get into the package's own. */
interface ClassValidationError {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly ClassValidationError[];
}

interface Validators {
  validate(object: object, options: { forbidUnknownValues: boolean }): Promise<readonly ClassValidationError[]>;
  plainToInstance(type: PayloadClass, plain: unknown): unknown;
}

/** A schema that needs something before it can be used; asked at boot, so that what is missing is found there. */
export interface PreparedSchema extends StandardSchemaV1 {
  prepare(): Promise<void>;
}

/** Makes a class with class-validator's decorators a Standard Schema: its output is an instance of the class. */
export function classValidatorSchema(type: PayloadClass): PreparedSchema {
  return {
    '~standard': {
      version: 1,
      vendor: 'class-validator',
      validate: async (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          return { issues: [{ message: `expected an object of the fields of ${type.name}` }] };
        }
        const validators = await loadValidators(type);
        const instance = validators.plainToInstance(type, value) as object;
        const issues = (await validators.validate(instance, { forbidUnknownValues: true })).flatMap((error) =>
          issuesOf(error, []),
        );
        return issues.length > 0 ? { issues } : { value: instance };
      },
    },
    prepare: async () => void (await loadValidators(type)),
  };
}

export function isPreparedSchema(schema: StandardSchemaV1): schema is PreparedSchema {
  return typeof (schema as { prepare?: unknown }).prepare === 'function';
}

let loaded: Promise<Validators> | undefined;

async function loadValidators(type: PayloadClass): Promise<Validators> {
  loaded ??= load();
  try {
    return await loaded;
  } catch (cause) {
    loaded = undefined;
    throw new VigilError(
      'SCHEMA_PACKAGE_MISSING',
      `The schema ${type.name} is a class, which needs class-validator and class-transformer. Install them: npm i class-validator class-transformer.`,
      { cause },
    );
  }
}

async function load(): Promise<Validators> {
  const [{ validate }, { plainToInstance }] = await Promise.all([
    import('class-validator'),
    import('class-transformer'),
  ]);
  return { validate, plainToInstance };
}

function issuesOf(
  { property, constraints = {}, children = [] }: ClassValidationError,
  above: readonly string[],
): StandardSchemaV1.Issue[] {
  const path = [...above, property];
  return [
    ...Object.values(constraints).map((message) => ({ message, path })),
    ...children.flatMap((child) => issuesOf(child, path)),
  ];
}
