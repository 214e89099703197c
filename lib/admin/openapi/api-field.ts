import type { Type } from '@nestjs/common';

/** A DTO: the class that `@nestjs/swagger` knows it by, and what is in it. Nothing is validated by it. */
export interface ApiModel {
  readonly type: Type;
  readonly fields: Readonly<Record<string, ApiField>>;
}

/** What a field of a model is, in as few words as OpenAPI allows. */
export interface ApiField {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'any' | 'map' | 'key' | ApiModel;
  readonly isList?: boolean;
  /** A text or false that may stand there instead. */
  readonly or?: string | false;
  readonly oneOf?: readonly string[];
  readonly description?: string;
  readonly isOptional?: boolean;
}

export type NeededField = ApiField & { readonly isOptional?: false };
export type OptionalField = ApiField & { readonly isOptional: true };

/** One for each field of a type: a field that is new there is missed here by the compiler. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: undefined extends T[K] ? OptionalField : NeededField };

export const text = (description?: string): NeededField => ({ type: 'string', ...(description && { description }) });
export const count = (description?: string): NeededField => ({ type: 'integer', ...(description && { description }) });
export const share: NeededField = { type: 'number', description: 'From 0 to 1' };
export const amount = (description?: string): NeededField => ({ type: 'number', ...(description && { description }) });
export const flag = (description?: string): NeededField => ({ type: 'boolean', ...(description && { description }) });
export const instant: NeededField = { type: 'integer', description: 'Milliseconds since the epoch' };
export const span: NeededField = { type: 'number', description: 'Milliseconds' };
export const anything = (description?: string): NeededField => ({ type: 'any', ...(description && { description }) });
/** An object with names that are not known beforehand. */
export const mapped = (description: string): NeededField => ({ type: 'map', description });
export const key: NeededField = { type: 'key', description: 'The idempotency key, a text or a number' };
export const oneOf = (...values: readonly string[]): NeededField => ({ type: 'string', oneOf: values });
export const model = (type: ApiModel): NeededField => ({ type });
export const listOf = (of: ApiModel | NeededField): NeededField =>
  'fields' in of ? { type: of, isList: true } : { ...of, isList: true };
export const orElse = (field: NeededField, or: string | false): NeededField => ({ ...field, or });
export const optional = (field: NeededField): OptionalField => ({ ...field, isOptional: true });
