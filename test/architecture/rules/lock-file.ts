import { satisfies } from 'semver';

interface LockedPackage {
  version?: string;
  resolved?: string;
  engines?: { node?: string };
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  packages: Record<string, LockedPackage>;
}

const platforms = [
  'darwin-arm64',
  'darwin-x64',
  'win32-x64-msvc',
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
];

/** Why `npm ci` would fail, or do something else, on another machine than the one that wrote the lock file. */
export function lockFaults(lock: LockFile, denied: readonly string[]): string[] {
  const faults = platforms
    .filter((platform) => !lock.packages[`node_modules/@swc/core-${platform}`])
    .map((platform) => `@swc/core has no binary for ${platform}`);
  for (const [path, { resolved, hasInstallScript, optionalDependencies = {} }] of Object.entries(lock.packages)) {
    if (resolved) faults.push(`${path} names a download address`);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (hasInstallScript && !denied.includes(name)) faults.push(`${name} has an install script that nobody decided on`);
    // npm ci refuses a lock file in which an optional package is missing (it does not exist in the registry).
    for (const optional of Object.keys(optionalDependencies)) {
      const places = [`${path}/node_modules/${optional}`, `node_modules/${optional}`];
      if (path !== '' && !places.some((place) => lock.packages[place]))
        faults.push(`${name} lists ${optional}, which is not locked`);
    }
  }
  return faults;
}

/** Packages that say they do not work on this version of Node: npm warns of them at every install. */
export function unfitFor(node: string, lock: LockFile): string[] {
  return Object.entries(lock.packages)
    .filter(([, { engines }]) => engines?.node && !satisfies(node, engines.node))
    .map(([path, { engines }]) => `${path} needs Node ${engines?.node}`);
}
