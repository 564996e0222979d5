import { readFile } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import type { WrittenSecret } from './secret-schema.ts';

/** Where a secret is kept. It is read each time that it is needed, so that it may be rotated; nothing keeps it. */
export interface Secret {
  /** Reads it; undefined: none is set. Throws `Failure` `InvalidConfig` where its file cannot be read. */
  readonly read: () => Promise<string | undefined>;
  /** Names the place for messages: `environment variable GITHUB_TOKEN`. */
  readonly name: string;
}

/** Where the places that a settings file names are looked up. */
export interface SecretOrigin {
  readonly env: NodeJS.ProcessEnv;
  /** Makes a path of the settings file absolute. */
  readonly absolute: (path: string) => string;
}

/** Locates a secret that the settings name, and reads nothing yet. */
export function secretFrom(written: WrittenSecret, { env, absolute }: SecretOrigin): Secret {
  if ('env' in written) {
    return {
      read: async () => trimmedSecret(env[written.env]),
      name: `environment variable ${written.env}`,
    };
  }
  const path = absolute(written.file);
  return { read: () => readSecretFile(path), name: `file ${path}` };
}

async function readSecretFile(path: string): Promise<string | undefined> {
  try {
    return trimmedSecret(await readFile(path, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Failure(
      'InvalidConfig',
      `The secret in file ${path} cannot be read (${why}). Make it, or name another.`,
      {
        cause: error,
      },
    );
  }
}

/** Trims the newline that files and variables often end with, and that is no part of the secret. */
function trimmedSecret(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
