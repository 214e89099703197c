import { VigilError } from './vigil.error.js';

type ClassLike = abstract new (...args: never[]) => object;

/**
 * Which class stands behind a class that is asked for, where dependency injection puts another one in its place. Filled at
 * module init; whoever enqueues for the token means the jobs of the class that does them.
 */
export class JobDirectory {
  private readonly implementations = new Map<ClassLike, Set<ClassLike>>();

  bind(token: ClassLike, implementation: ClassLike): void {
    const known = this.implementations.get(token) ?? new Set<ClassLike>();
    this.implementations.set(token, known.add(implementation));
  }

  /** @throws VigilError `JOB_TARGET_AMBIGUOUS` when two classes do the jobs of one token */
  implementationOf(target: ClassLike): ClassLike {
    const known = [...(this.implementations.get(target) ?? [])];
    if (known.length < 2) return known[0] ?? target;
    throw new VigilError(
      'JOB_TARGET_AMBIGUOUS',
      `${target.name} is provided by ${known.map(({ name }) => name).join(' and ')}, so it does not say whose job is meant. Enqueue for the class itself.`,
    );
  }
}
