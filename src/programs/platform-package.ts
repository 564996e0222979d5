import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isExecutable } from './executable.ts';
import { findInstalledPackage, requireVersion } from './installed-package.ts';

/** The systems for which packages with built programs are published, as Node names them: `process.platform-process.arch`. */
export const packagedPlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'] as const;

/** The name of a system for which packages are published. */
export type PackagedPlatform = (typeof packagedPlatforms)[number];

/** A program that is published in a package for each platform: what renders, and what fetches charts. */
export type PackagedProgram = 'renderer' | 'vendor';

/** The system of this process, for which there may be no package. */
export const ownPlatform = `${process.platform}-${process.arch}`;

/** Answers the name of the package with a program of a system. */
export function platformPackage(program: PackagedProgram, platform: string): string {
  return `@fairlead/${program}-${platform}`;
}

/** Answers where a program lies in the package of a system. */
export function packagedExecutable(program: PackagedProgram, platform: string): string {
  return `bin/fairlead-${program}${platform.startsWith('win32-') ? '.exe' : ''}`;
}

/** Says in a sentence how a program comes as a package of this system, or that none has it. */
export function howInstalled(program: PackagedProgram, remedy: string, platform = ownPlatform): string {
  return packagedPlatforms.some((each) => each === platform)
    ? `It comes as the package ${platformPackage(program, platform)}: ${remedy}`
    : `No package has it for ${platform}.`;
}

/** Where the package of a system is looked for, and what it must be. */
export interface PlatformPackageSearch {
  /** The file whose `node_modules`, and those above it, are looked into: that of the program that asks. */
  readonly from: string | URL;
  readonly version: string;
  /** The package that npm installs it with. */
  readonly installedWith: string;
  /** Default: that of this process. */
  readonly platform?: string;
}

/**
 * Finds a program in the package of this system that npm has installed beside the one that asks; undefined: there is none.
 * Throws `Failure` `InvalidConfig` where it is of another version than this Fairlead, or holds no program.
 */
export async function findPlatformPackage(
  program: PackagedProgram,
  { from, version, installedWith, platform = ownPlatform }: PlatformPackageSearch,
): Promise<string | undefined> {
  const name = platformPackage(program, platform);
  const installed = await findInstalledPackage(name, from);
  if (installed === undefined) return undefined;
  const remedy = `Install both anew: \`npm install -g ${installedWith}@${version}\`.`;
  requireVersion(name, installed, { version, remedy });
  const path = join(installed.directory, packagedExecutable(program, platform));
  if (await isExecutable(path)) return path;
  throw new Failure('InvalidConfig', `${name} holds no executable ${path}. ${remedy}`);
}
