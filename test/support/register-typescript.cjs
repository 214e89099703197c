// Lets a plain Node process (a forked worker, say) run the TypeScript of this repository: node -r test/support/register-typescript.cjs
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { version } = require('@swc/core/package.json');

const options = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs', ignoreDynamic: true },
  sourceMaps: 'inline',
};

// Tests start processes by the hundred; what was compiled once is kept, by its content.
const cache = join(__dirname, '../../node_modules/.cache/nestjs-vigil/typescript');
mkdirSync(cache, { recursive: true });
const compiler = `${version} ${JSON.stringify(options)}`;

/**
 * @param {string} filename
 * @returns {string}
 */
function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const name = createHash('sha1').update(`${compiler}\n${filename}\n${source}`).digest('hex');
  const kept = join(cache, `${name}.cjs`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformSync(source, { ...options, filename });
    // Another process may be at it as well; nobody reads a half of it.
    writeFileSync(`${kept}.${process.pid}`, code);
    renameSync(`${kept}.${process.pid}`, kept);
    return code;
  }
}

Module._extensions['.ts'] = (module, filename) => {
  module._compile(compiled(filename), filename);
};

// Sources import each other by the name that the file will have once it is compiled.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const own = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts');
  return resolve.call(this, own ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};
