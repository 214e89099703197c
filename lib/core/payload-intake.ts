import { isPromise } from './is-promise.js';
import type { JobDefinition } from './job-definition.js';
import { decodePayload } from './payload-codec.js';
import { applySchema, InvalidPayloadError } from './payload-schema.js';

/**
 * From the stored text to what the handler gets: parsed, lifted to the worker's version, checked and parsed by the schema.
 * Synchronous as long as migration and schema are.
 *
 * @throws InvalidPayloadError; whatever a schema throws of itself passes through, since it may be a failed look-up
 */
export function takeIn(text: string, version: number, definition: JobDefinition): unknown {
  const { schema, name } = definition;
  const payload = migrate(parse(text, name), version, definition);
  if (!schema) return payload;
  return isPromise(payload)
    ? payload.then((lifted) => applySchema(schema, lifted, name))
    : applySchema(schema, payload, name);
}

function parse(text: string, name: string): unknown {
  try {
    return decodePayload(text);
  } catch (cause) {
    throw new InvalidPayloadError(name, 'its payload is not JSON', [], { cause });
  }
}

/** From step to step: each migration leads to the next newer version the worker knows. */
function migrate(payload: unknown, from: number, definition: JobDefinition): unknown {
  if (from === definition.version) return payload;
  const steps = [...definition.migrations.keys()]
    .filter((version) => version >= from && version < definition.version)
    .sort((a, b) => a - b);
  if (steps[0] !== from) {
    const { name, version, declaredBy } = definition;
    const cure = `Add migrate: { ${from}: (payload) => … } to ${declaredBy}.`;
    throw new InvalidPayloadError(name, `nothing leads from payload version ${from} to ${version}. ${cure}`);
  }
  return steps.reduce<unknown>(
    (lifted, version) =>
      isPromise(lifted) ? lifted.then((value) => lift(value, version, definition)) : lift(lifted, version, definition),
    payload,
  );
}

function lift(payload: unknown, version: number, { name, migrations }: JobDefinition): unknown {
  const failed = (cause: unknown): never => {
    throw new InvalidPayloadError(name, `its payload of version ${version} can not be migrated`, [], { cause });
  };
  try {
    const lifted = migrations.get(version)?.(payload as never);
    return isPromise(lifted) ? lifted.then(undefined, failed) : lifted;
  } catch (cause) {
    return failed(cause);
  }
}
