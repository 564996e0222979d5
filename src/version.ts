import { readFileSync } from 'node:fs';
import { Failure } from './failure.ts';

/** The version of the Fairlead that runs, as its package.json names it. */
export const version = readVersion();

/**
 * Makes the failure of what is written in a format that this version does not know: nothing of it may be changed or
 * lost.
 */
export function newerFormat(what: string, format: number, known: number): Failure {
  return new Failure(
    'Refused',
    `${what} has format ${format}, which a newer Fairlead wrote; this is Fairlead ${version}, which knows format ${known}. ` +
      `Nothing was changed. Update this Fairlead, worker and command line alike, to a version that knows format ${format}, then retry.`,
  );
}

function readVersion(): string {
  // The file lies one level above src, and above what is bundled, and two above dist/src.
  for (const place of ['../package.json', '../../package.json']) {
    const text = readIfPresent(new URL(place, import.meta.url));
    const manifest = text === undefined ? undefined : (JSON.parse(text) as Manifest);
    if (manifest !== undefined && /^(@fairlead\/|fairlead$)/.test(manifest.name)) return manifest.version;
  }
  throw new Error(`No package.json of Fairlead lies above ${import.meta.url}, so that it does not know its version.`);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function readIfPresent(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
