/**
 * Turns files that are no TypeScript (Lua scripts, pages) into string modules, so that both module formats and every bundler
 * carry them. Writes only what changed; safe to run at any time, also twice at once.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleScript } from './lua-source.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * One generated module each: `output` holds `export const <constant>` with a string for every entry of `read(source)`.
 * @type {{ source: string, output: string, constant: string, read: (dir: string) => Record<string, string> }[]}
 */
export const targets = [
  {
    source: 'lib/engine/redis/scripts',
    output: 'lib/engine/redis/scripts.generated.ts',
    constant: 'scripts',
    read: readLuaScripts,
  },
  {
    source: 'lib/admin/dashboard/assets',
    output: 'lib/admin/dashboard/assets.generated.ts',
    constant: 'assets',
    read: readPages,
  },
];

/** @param {string} [directory] where lib lives; for tests */
export function embed(directory = root) {
  for (const target of targets) {
    const source = join(directory, target.source);
    if (!existsSync(source)) continue;
    writeIfChanged(join(directory, target.output), render(target, target.read(source)));
  }
}

/** @param {string} dir */
function readLuaScripts(dir) {
  /** @param {string} name */
  const fragment = (name) => {
    const path = join(dir, 'fragments', `${name}.lua`);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const files = readdirSync(dir).filter((file) => file.endsWith('.lua'));
  return Object.fromEntries(
    files.sort().map((file) => {
      const name = basename(file, '.lua');
      return [name, assembleScript({ name, text: readFileSync(join(dir, file), 'utf8'), fragment })];
    }),
  );
}

/**
 * What browsers get, under its own name and as it is.
 * @param {string} dir
 */
function readPages(dir) {
  const files = readdirSync(dir).filter((file) => /\.(html|css|js|svg)$/.test(file));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(dir, file), 'utf8')]));
}

/**
 * @param {{ source: string, constant: string }} target
 * @param {Record<string, string>} entries
 */
function render({ source, constant }, entries) {
  const names = Object.keys(entries).map((name) => `'${name}'`);
  const lines = Object.entries(entries).map(([name, text]) => `  '${name}': \`${escape(text)}\`,\n`);
  // Typed by its names: inferred, every text would be repeated in the .d.ts.
  const type = `Readonly<Record<${names.join(' | ') || 'never'}, string>>`;
  return `// Generated from ${source} by tools/embed.mjs.\nexport const ${constant}: ${type} = {\n${lines.join('')}};\n`;
}

/** @param {string} text */
const escape = (text) => text.replaceAll(/[\\`]|\$\{/g, '\\$&');

/**
 * @param {string} path
 * @param {string} text
 */
function writeIfChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // Renamed into place: somebody may be compiling right now.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
  process.stdout.write(`embedded ${relative(root, path)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) embed();
