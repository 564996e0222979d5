import type { PackageManifest } from './manifests.ts';

/** What of a package-lock.json is read and written. */
export interface LockFile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly [field: string]: unknown;
}

/**
 * Makes the npm-shrinkwrap.json of a package from the lock file of this repository: what is installed with it is what was tested,
 * to the digest, although neither lock file nor overrides of a dependency count for npm.
 */
export function shrinkwrap({ lockfileVersion, packages }: LockFile, manifest: PackageManifest) {
  const { name, version, dependencies } = manifest;
  const locked = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return {
    name,
    version,
    lockfileVersion,
    requires: true,
    packages: { '': { name, version, dependencies }, ...Object.fromEntries(locked) },
  };
}
