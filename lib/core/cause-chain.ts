/** Deep enough for every wrapper seen in the wild; a longer chain is a cycle in disguise. */
const LONGEST_CHAIN = 12;
const MEMBERS_OF_AGGREGATE = 4;

/** A property of whatever was thrown. Getters and proxies that throw have none: reading an error must never fail. */
export function propertyOf(value: unknown, key: PropertyKey): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Whether it is an array; a revoked proxy, which throws at the question, is none. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** What was thrown and all that caused it, nearest first. The members of an AggregateError count as its causes. */
export function causeChain(thrown: unknown, longest: number = LONGEST_CHAIN): unknown[] {
  const chain: unknown[] = [thrown];
  for (let at = 0; at < chain.length && chain.length < longest; at++) {
    for (const cause of causesOf(chain[at])) {
      if (chain.length < longest && !chain.includes(cause)) chain.push(cause);
    }
  }
  return chain;
}

function causesOf(link: unknown): unknown[] {
  const causes: unknown[] = [];
  const cause = propertyOf(link, 'cause');
  if (cause !== undefined && cause !== null) causes.push(cause);
  const members = propertyOf(link, 'errors');
  for (let i = 0; isList(members) && i < MEMBERS_OF_AGGREGATE; i++) {
    const member: unknown = propertyOf(members, i);
    if (propertyOf(member, 'message') !== undefined) causes.push(member);
  }
  return causes;
}
