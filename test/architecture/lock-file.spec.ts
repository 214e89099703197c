import { lockFaults, unfitFor, type LockFile } from './rules/lock-file.js';
import { read } from './support/project.js';

const lock = JSON.parse(read('package-lock.json')) as LockFile;
const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
const denied = Object.keys(allowScripts).filter((name) => !allowScripts[name]);

describe('the lock file', () => {
  it('serves every platform, names no download address and needs no install script', () => {
    expect(lockFaults(lock, denied)).toEqual([]);
  });

  it('holds nothing that needs a newer Node than the package itself', () => {
    expect(unfitFor('20.19.0', lock)).toEqual([]);
  });
});

describe('the rules of the lock file', () => {
  const broken = (change: (packages: LockFile['packages']) => void): LockFile => {
    const copy = structuredClone(lock);
    change(copy.packages);
    return copy;
  };

  it.each<[string, (packages: LockFile['packages']) => void, string]>([
    [
      'a platform is missing',
      (p) => delete p['node_modules/@swc/core-darwin-arm64'],
      '@swc/core has no binary for darwin',
    ],
    ['an address is named', (p) => void (p['node_modules/rxjs'].resolved = 'https://x'), 'node_modules/rxjs names a'],
    ['a script is new', (p) => void (p['node_modules/rxjs'].hasInstallScript = true), 'rxjs has an install script'],
    [
      'a binary is unknown',
      (p) => delete p['node_modules/@unrs/resolver-binding-darwin-x64'],
      'unrs-resolver lists @unrs',
    ],
  ])('are broken when %s', (_, change, fault) => {
    expect(lockFaults(broken(change), denied).join('\n')).toContain(fault);
  });

  it('are broken by a package for newer versions of Node only', () => {
    const change = broken((p) => void (p['node_modules/rxjs'].engines = { node: '^22.12 || >=24' }));
    expect(unfitFor('20.19.0', change)).toEqual(['node_modules/rxjs needs Node ^22.12 || >=24']);
  });
});
