import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { findProgram } from '../programs/find.ts';
import { type CompiledProgram, goBuild } from '../programs/go.ts';
import { findOwnPackage, notInstalled, placesBeside } from '../programs/own-package.ts';
import { findPlatformPackage, howInstalled } from '../programs/platform-package.ts';
import type { FindOptions, ProgramWay } from '../programs/recipe.ts';
import { digestSources, rendererSources, vendorFolders } from '../programs/renderer-module.ts';
import { version } from '../version.ts';

/** The package that brings the program which fetches charts, by a package of its own for each platform. */
export const vendorPackage = '@fairlead/vendor';

/**
 * Answers the path of the program that fetches charts: the one that `FAIRLEAD_VENDOR` names, else that of the package
 * `@fairlead/vendor` beside this program, else `fairlead-vendor` on the PATH, else the one that is
 * built once from renderer/ as it is now, into the cache. Throws as `findProgram` does.
 */
export async function ensureVendorProgram(options: FindOptions = {}): Promise<string> {
  const sources = rendererSources();
  const isOwn = (name: string) => vendorFolders.some((folder) => name.startsWith(folder));
  const places = placesBeside(import.meta.url);
  return findProgram(
    {
      name: 'fairlead-vendor',
      environmentVariable: 'FAIRLEAD_VENDOR',
      packaged: () => findVendorPackage({ places, version }),
      pathNames: ['fairlead-vendor'],
      cacheKey: sources ? await digestSources(sources, isOwn) : 'without-sources',
      executable: 'fairlead-vendor',
      ways: sources ? [compiledVendor(sources)] : [],
      withoutWays: notInstalled({ name: vendorPackage, what: 'The program that fetches charts', version }),
    },
    options,
  );
}

/** Makes the way that compiles the program from renderer/. */
export function compiledVendor(
  sources: string,
  { target, output = 'fairlead-vendor' }: CompiledProgram = {},
): ProgramWay {
  return goBuild({
    moduleDirectory: sources,
    package: vendorMain,
    output,
    duration: "compiles Helm's libraries, once: about 1 minute",
    ...(target && { target }),
  });
}

/** The program's main package, from renderer/. */
export const vendorMain = './cmd/fairlead-vendor';

/** Where the package is looked for, in this order, each with those above it, and what version it must have. */
export interface VendorSearch {
  readonly places: readonly (string | URL)[];
  readonly version: string;
  /** Default: that of this process. */
  readonly platform?: string;
}

/**
 * Answers the program in the package of this system that `@fairlead/vendor` depends on; undefined: the latter is not installed.
 * Throws `Failure` `InvalidConfig` where a version differs, or the package of this system is missing.
 */
export async function findVendorPackage({ places, version, platform }: VendorSearch): Promise<string | undefined> {
  const installed = await findOwnPackage({ name: vendorPackage, version }, places);
  if (installed === undefined) return undefined;
  const from = join(installed.directory, 'package.json');
  const program = await findPlatformPackage('vendor', { from, version, installedWith: vendorPackage, platform });
  if (program !== undefined) return program;
  const remedy = `install ${vendorPackage} anew, without \`--omit=optional\`.`;
  throw new Failure(
    'InvalidConfig',
    `${vendorPackage} in ${installed.directory} is without its program. ${howInstalled('vendor', remedy, platform)}`,
  );
}
