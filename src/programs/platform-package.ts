import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isExecutable } from './executable.ts';
import { findInstalledPackage } from './installed-package.ts';

/** The systems for which packages with a built renderer are published, as Node names them: `process.platform-process.arch`. */
export const packagedPlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'] as const;

/** The name of a system for which a package is published. */
export type PackagedPlatform = (typeof packagedPlatforms)[number];

/** Answers the name of the package with the renderer of a system. */
export function rendererPackage(platform: string): string {
  return `@fairlead/renderer-${platform}`;
}

/** Answers where the renderer lies in the package of a system. */
export function packagedRenderer(platform: string): string {
  return platform.startsWith('win32-') ? 'bin/fairlead-renderer.exe' : 'bin/fairlead-renderer';
}

/** Where the package of a system is looked for, and what it must be. */
export interface PlatformPackageSearch {
  /** The file whose `node_modules`, and those above it, are looked into: that of the program that asks. */
  readonly from: string | URL;
  readonly version: string;
  /** Default: that of this process. */
  readonly platform?: string;
}

/**
 * Finds the renderer in the package of this system that npm has installed beside this program; undefined: there is none.
 * Throws `Failure` `InvalidConfig` where it is of another version than this program, or holds no program.
 */
export async function findPlatformPackage({
  from,
  version,
  platform,
}: PlatformPackageSearch): Promise<string | undefined> {
  const system = platform ?? `${process.platform}-${process.arch}`;
  const name = rendererPackage(system);
  const installed = await findInstalledPackage(name, from);
  if (installed === undefined) return undefined;
  const remedy = `Install both anew: \`npm install -g fairlead@${version}\`.`;
  if (installed.version !== version)
    throw new Failure(
      'InvalidConfig',
      `${name} in ${installed.directory} is of version ${installed.version}, and this Fairlead of version ${version}. ${remedy}`,
    );
  const program = join(installed.directory, packagedRenderer(system));
  if (await isExecutable(program)) return program;
  throw new Failure('InvalidConfig', `${name} holds no executable ${program}. ${remedy}`);
}
