import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Failure, type FailureType, failureTypes } from '../../failure.ts';
import { findOwnPackage, notInstalled, placesBeside } from '../../programs/own-package.ts';
import { version } from '../../version.ts';

/** What the sandbox is started with. */
export interface SandboxOptions {
  /** Where it keeps what must be there again next time. */
  readonly directory: string;
  /** Repositories of this machine, or directories that hold some. */
  readonly directories: readonly string[];
  /** The port of its forge on this machine. */
  readonly port: number;
  /** The address of the Temporal UI, for links. */
  readonly temporalUi: string;
  /** Is told what a person should know, in a sentence. */
  readonly report: (sentence: string) => void;
}

/** A forge and a fleet that stand in for real ones, while they run. */
export interface Sandbox {
  /** The forge's pages, where requests are looked at and merged. */
  readonly url: string;
  /** The settings of the worker and of commands. */
  readonly settingsFile: string;
  /** Source repositories: the directory of each, and the URL under which the forge serves it. */
  readonly sources: readonly { readonly directory: string; readonly url: string }[];
  /** Ends it, and keeps what is on the forge. */
  close(): Promise<void>;
}

/** The package of the sandbox, and its entry in a checkout of Fairlead. Nothing else of Fairlead loads it. */
const packageName = '@fairlead/sandbox';
const checkoutEntry = new URL('../../../demo/sandbox/main.ts', import.meta.url);

/** Starts the sandbox. Throws `Failure`. */
export type StartSandbox = (options: SandboxOptions) => Promise<Sandbox>;

interface SandboxPackage {
  readonly startSandbox: StartSandbox;
}

/** Answers what starts the sandbox. Throws as `findSandboxEntry` does. */
export async function loadSandbox(): Promise<StartSandbox> {
  const places = placesBeside(import.meta.url);
  const { startSandbox } = (await import((await findSandboxEntry({ places, version })).href)) as SandboxPackage;
  return (options) =>
    startSandbox(options).catch((error: unknown) => {
      throw asOwnFailure(error);
    });
}

/** Where the sandbox is looked for: its package in these places, then the entry in a checkout. */
export interface SandboxSearch {
  readonly places: readonly (string | URL)[];
  readonly version: string;
  /** Default: that of the checkout in which this file lies. */
  readonly checkout?: URL;
}

/**
 * Answers the entry of the sandbox. Throws `Failure` `InvalidConfig` where it is not installed, or is of another version than the
 * command line, with the command that installs it.
 */
export async function findSandboxEntry({ places, version, checkout = checkoutEntry }: SandboxSearch): Promise<URL> {
  const wanted = { name: packageName, what: 'The sandbox', version };
  const installed = await findOwnPackage(wanted, places);
  if (installed !== undefined) return pathToFileURL(createRequire(installed.place).resolve(packageName));
  if (existsSync(checkout)) return checkout;
  throw new Failure('InvalidConfig', notInstalled(wanted));
}

/** A package of its own has its own class of failures. */
export function asOwnFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure || !Object.hasOwn(failureTypes, error.name)) return error;
  return new Failure(error.name as FailureType, error.message, { cause: error });
}
