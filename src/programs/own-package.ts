import { isAbsolute } from 'node:path';
import { findInstalledPackage, type InstalledPackage, requireVersion } from './installed-package.ts';

/*
 * Invariant: nothing is looked for in the working directory. That is a checkout, whose files whoever commits to it has written,
 * `node_modules` included; what is found is run with the credentials of whoever calls Fairlead.
 */

/** A package of Fairlead that is installed by itself, because not everybody needs it. */
export interface OwnPackage {
  readonly name: string;
  /** What it is, as a sentence about it begins: `The worker`. */
  readonly what: string;
  /** The version of the Fairlead that asks for it. */
  readonly version: string;
}

/**
 * Finds the package at the first of these places, files from which Node would look for it, that has it; undefined: none has.
 * Throws `Failure` `InvalidConfig` where it is of another version than the Fairlead that asks, with the command that mends it.
 */
export async function findOwnPackage(
  { name, version }: Pick<OwnPackage, 'name' | 'version'>,
  places: readonly (string | URL)[],
): Promise<(InstalledPackage & { readonly place: string | URL }) | undefined> {
  for (const place of places) {
    const installed = await findInstalledPackage(name, place);
    if (installed === undefined) continue;
    requireVersion(name, installed, {
      version,
      remedy: `Install the one that fits: ${installCommand(name, version)}.`,
    });
    return { ...installed, place };
  }
  return undefined;
}

/**
 * Lists where a package that is installed with a program is looked for: beside the module that asks, and beside the path by which
 * the program was called, because pnpm links it from elsewhere. `called`: that path.
 */
export function placesBeside(moduleUrl: string, called: string | undefined = process.argv[1]): readonly string[] {
  return called !== undefined && isAbsolute(called) ? [moduleUrl, called] : [moduleUrl];
}

/** Says in sentences that a package is missing, with the one command that installs it. */
export function notInstalled({ name, what, version }: OwnPackage): string {
  return `${what} is a package of its own, and is not installed. Install it: ${installCommand(name, version)}.`;
}

function installCommand(name: string, version: string): string {
  return `\`npm install -g ${name}@${version}\``;
}
