import type { StandardSchemaV1 } from '@standard-schema/spec';

declare const phantom: unique symbol;

/**
 * What a producer must know of a job. Made by `defineJob`; shared by producers and workers.
 *
 * @example
 * export const chargeJob: JobContract<ChargeOrder, ChargeOrder, Receipt> = defineJob<ChargeOrder, Receipt>('billing.charge');
 * @publicApi
 */
export interface JobContract<I, O = I, R = unknown> {
  readonly kind: 'nestjs-vigil:contract';
  readonly name: string;
  readonly queue: string;
  readonly version: number;
  readonly schema?: PayloadSchema;
  readonly idempotencyKey?: IdempotencyKey;
  readonly priority?: 'high' | 'normal' | 'low' | 'bulk';
  readonly [phantom]?: { in: I; out: O; result: R };
}

/**
 * A Standard Schema (Zod, Valibot, ArkType, …) or a class decorated with class-validator.
 *
 * @example
 * const schema: PayloadSchema = z.object({ orderId: z.string() });
 * @publicApi
 */
export type PayloadSchema = StandardSchemaV1 | (new () => object);

/** Erased form of the key option: the typed forms are checked where it is written. */
export type IdempotencyKey = string | ((payload: never) => string | number);

/**
 * Dotted paths to the fields of `P` that can be a key, two levels deep and more through plain objects.
 *
 * @example
 * const key: KeyPath<{ order: { id: string } }> = 'order.id';
 * @publicApi
 */
export type KeyPath<P> = P extends readonly unknown[]
  ? never
  : P extends object
    ? {
        [K in keyof P & string]: NonNullable<P[K]> extends string | number
          ? K
          : NonNullable<P[K]> extends readonly unknown[] | Date | ((...args: never[]) => unknown)
            ? never
            : NonNullable<P[K]> extends object
              ? `${K}.${KeyPath<NonNullable<P[K]>>}`
              : never;
      }[keyof P & string]
    : never;
