import ts from 'typescript';

/** The options that an interface has, those of its parents included. */
export function optionsOf(program: ts.Program, path: string, name: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith(`/${path}`));
  const symbol = file && checker.getSymbolAtLocation(file)?.exports?.get(ts.escapeLeadingUnderscores(name));
  if (!symbol) throw new Error(`${path} exports no ${name}`);
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .map((property) => property.name);
}

/** The rows of the tables of a Markdown text whose first column is an option: its name, and the second column. */
export function optionRows(text: string): Map<string, string> {
  const rows = text.matchAll(/^\| `([\w.]+)` +\| (.*?) +\|/gm);
  return new Map([...rows].map(([, name, second]) => [name, second]));
}

/** The part of a Markdown text from one heading to the next of the same or a higher level. */
export function section(text: string, heading: string): string {
  const level = heading.slice(0, heading.indexOf(' ') + 1);
  const from = text.indexOf(`${heading}\n`);
  if (from < 0) throw new Error(`there is no heading '${heading}'`);
  const rest = text.slice(from + heading.length);
  const end = rest.search(new RegExp(`^#{1,${level.trim().length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}
