/**
 * One promise of the store taken out: `find` stands exactly once in `file` and becomes `replace`.
 * @typedef {{ engine: 'redis' | 'memory' | 'locks', without: string, file: string, find: string, replace: string }} Mutation
 */

/**
 * What takes promises out of one file.
 * @param {Mutation['engine']} engine
 * @param {string} file
 * @param {string} [about] what `without` begins with
 * @returns {(without: string, find: string, replace?: string) => Mutation}
 */
export const inFile =
  (engine, file, about = '') =>
  (without, find, replace = '') => ({ engine, without: `${about}${without}`, file, find, replace });

/**
 * The text with the mutation in it.
 * @param {string} text
 * @param {Pick<Mutation, 'file' | 'find' | 'replace' | 'without'>} mutation
 */
export function mutate(text, { file, find, replace, without }) {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`without ${without}: "${find}" stands ${parts.length - 1} times in ${file}, not once`);
  }
  return parts.join(replace);
}
