// Lets a plain Node process (a forked worker, say) run the TypeScript of this repository: node -r test/support/register-typescript.cjs
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

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

Module._extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);
};

// Sources import each other by the name that the file will have once it is compiled.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const own = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts');
  return resolve.call(this, own ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};
