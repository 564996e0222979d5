import { Failure, type FailureType, failureTypes } from '../../failure.ts';

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

interface SandboxPackage {
  readonly startSandbox: (options: SandboxOptions) => Promise<Sandbox>;
}

/** Starts the sandbox. Throws `Failure`: InvalidConfig where its package is not installed. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { startSandbox: start } = await loadSandbox();
  try {
    return await start(options);
  } catch (error) {
    throw asOwnFailure(error);
  }
}

/** A package of its own has its own class of failures. */
export function asOwnFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure || !Object.hasOwn(failureTypes, error.name)) return error;
  return new Failure(error.name as FailureType, error.message, { cause: error });
}

async function loadSandbox(): Promise<SandboxPackage> {
  try {
    return (await import(packageName)) as SandboxPackage;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  try {
    return (await import(checkoutEntry.href)) as SandboxPackage;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new Failure(
      'InvalidConfig',
      `The sandbox is a package of its own, and is not installed. Install it beside fairlead: npm install --global ${packageName}.`,
      { cause: error },
    );
  }
}

/** Tells a package that is not there from one that is broken. */
function isAbsent(error: unknown): boolean {
  const { code, message = '' } = error as NodeJS.ErrnoException;
  const isWanted = message.includes(packageName) || message.includes('demo/sandbox/main.ts');
  return (
    isWanted &&
    (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_FILE_EXTENSION')
  );
}
