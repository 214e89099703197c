import ts from 'typescript';
import type { SourceFile } from '../support/project.js';

const texts = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'];
const formats = ['cjs', 'esm'];
const belongs = /^(docs\/.+\.(md|png|svg|json|yml)|dist\/(cjs|esm)\/(package\.json|[\w./-]+\.(js|js\.map|d\.ts)))$/;

/** What is in the package and should not be, and what should be and is not. */
export function contentFaults(files: string[]): string[] {
  const there = new Set(files);
  const modules = files.flatMap((path) => /^dist\/(?:cjs|esm)\/(.+)\.js$/.exec(path)?.[1] ?? []);
  const needed = [
    ...texts,
    ...formats.map((format) => `dist/${format}/package.json`),
    ...[...new Set(modules)].flatMap((module) =>
      formats.flatMap((format) => ['.js', '.js.map', '.d.ts'].map((ending) => `dist/${format}/${module}${ending}`)),
    ),
  ];
  return [
    ...files.filter((path) => !texts.includes(path) && !belongs.test(path)).map((path) => `${path} does not belong`),
    ...needed.filter((path) => !there.has(path)).map((path) => `${path} is missing`),
  ];
}

/** Declarations that some module resolution, or somebody without our devDependencies, could not read. */
export function declarationFaults(files: SourceFile[], allowed: readonly string[]): string[] {
  return files.flatMap(({ path, text }) => {
    const specifiers = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
    const foreign = specifiers.filter((name) => !/^(\.|node:)/.test(name) && !isAllowed(name, allowed));
    const bare = specifiers.filter((name) => name.startsWith('.') && !name.endsWith('.js'));
    return [
      ...(text.includes('resolution-mode') ? [`${path} has a resolution-mode: annotate the inferred type`] : []),
      ...foreign.map((name) => `${path} needs ${name}, which is neither dependency nor peer`),
      ...bare.map((name) => `${path} imports ${name} with no .js`),
    ];
  });
}

function isAllowed(specifier: string, allowed: readonly string[]): boolean {
  return allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
