/**
 * What a value of type `T` becomes once it has been through JSON: dates become strings, methods vanish.
 *
 * @example
 * type Stored = Json<{ at: Date; total: number }>; // { at: string; total: number }
 * @publicApi
 */
export type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends { toJSON(): infer J }
    ? Json<J>
    : T extends (...args: never[]) => unknown
      ? never
      : T extends readonly unknown[]
        ? { [I in keyof T]: Json<T[I]> }
        : T extends object
          ? { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: Json<T[K]> }
          : unknown extends T
            ? T
            : T extends void
              ? undefined
              : never;
