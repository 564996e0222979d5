import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Failure } from '../failure.ts';

/** A package that npm has installed. */
export interface InstalledPackage {
  readonly directory: string;
  readonly version: string;
}

/**
 * Finds a package as Node would from a file: in the `node_modules` beside it, and in those above; undefined: there is none.
 */
export async function findInstalledPackage(name: string, from: string | URL): Promise<InstalledPackage | undefined> {
  const file = resolvedFrom(from, `${name}/package.json`);
  if (file === undefined) return undefined;
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { readonly version?: unknown };
  return { directory: dirname(file), version: String(manifest.version) };
}

/** Throws `Failure` `InvalidConfig` where a package is of another version than the Fairlead that asks; `remedy`: a sentence. */
export function requireVersion(
  name: string,
  installed: InstalledPackage,
  { version, remedy }: { readonly version: string; readonly remedy: string },
): void {
  if (installed.version === version) return;
  throw new Failure(
    'InvalidConfig',
    `${name} in ${installed.directory} is of version ${installed.version}, and this Fairlead of version ${version}. ${remedy}`,
  );
}

function resolvedFrom(from: string | URL, path: string): string | undefined {
  try {
    return createRequire(from).resolve(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
