import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../failure.ts';
import { findOwnPackage, notInstalled, placesBeside } from '../../programs/own-package.ts';
import { version } from '../../version.ts';

/** The package with what the published command line leaves out. */
export const workerPackage = '@fairlead/worker';

/** What of the worker commands use. */
export type WorkerParts = typeof import('./parts.ts');

/** Defined by the bundler of the published command line, and by nobody else. */
declare const isBundledWithoutWorker: true | undefined;

/**
 * Loads what is part of the worker alone: from this very program where it has it, as in a checkout and in the image, else from
 * the package beside it. Throws as `findWorkerPackage` does.
 */
export async function loadWorkerParts(): Promise<WorkerParts> {
  if (typeof isBundledWithoutWorker === 'undefined') return import('./parts.ts');
  else return (await import(pathToFileURL(await findFromHere()).href)) as WorkerParts;
}

/** Throws where `loadWorkerParts` would find nothing to load, and loads nothing. */
export async function requireWorkerParts(): Promise<void> {
  if (typeof isBundledWithoutWorker !== 'undefined') await findFromHere();
}

function findFromHere(): Promise<string> {
  return findWorkerPackage({ places: placesBeside(import.meta.url), version });
}

/** Where the package is looked for, in this order, each with those above it, and what version it must have. */
export interface WorkerSearch {
  readonly places: readonly (string | URL)[];
  readonly version: string;
}

/**
 * Answers the entry of the worker's package. Throws `Failure` `InvalidConfig` where it is not installed, or is of another version
 * than the command line, with the command that installs it.
 */
export async function findWorkerPackage({ places, version }: WorkerSearch): Promise<string> {
  const wanted = { name: workerPackage, what: 'The worker', version };
  const installed = await findOwnPackage(wanted, places);
  if (installed === undefined) throw new Failure('InvalidConfig', notInstalled(wanted));
  return createRequire(installed.place).resolve(workerPackage);
}
