import type { ExistingProvider, Type } from '@nestjs/common';

type Injectable = Pick<Type, 'name'>;

/** On the global object: each copy of the package, as CommonJS and as ES modules are two, has classes of its own. */
const INJECTABLES = Symbol.for('nestjs-vigil:injectables');

/** Makes the classes that users inject known to the other copies in this process. */
export function knownToCopies<const T extends readonly Injectable[]>(own: T): T {
  for (const type of own) known().add(type);
  return own;
}

/** Under the classes of the other copies stand the instances of this one, so that a library may be of the other format than the application. */
export function aliasesOfCopies(own: readonly Injectable[]): ExistingProvider[] {
  return own.flatMap((type) =>
    [...known()]
      .filter((other) => other.name === type.name && other !== type)
      .map((other) => ({ provide: other as Type, useExisting: type as Type })),
  );
}

function known(): Set<Injectable> {
  const holder = globalThis as { [INJECTABLES]?: Set<Injectable> };
  return (holder[INJECTABLES] ??= new Set());
}
