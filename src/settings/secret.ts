import { readFile } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import type { WrittenSecret } from './worker-schema.ts';

/** Where a secret is kept. It is read each time that it is needed, so that it may be rotated; nothing keeps it. */
export interface Secret {
  /** Undefined where none is set. Throws `Failure` `InvalidConfig` where its file cannot be read. */
  readonly read: () => Promise<string | undefined>;
  /** For messages: `environment variable GITHUB_TOKEN`. */
  readonly name: string;
}

export function secretFrom(written: WrittenSecret, env: NodeJS.ProcessEnv, absolute: (path: string) => string): Secret {
  if ('env' in written) {
    return {
      read: async () => content(env[written.env]),
      name: `environment variable ${written.env}`,
    };
  }
  const path = absolute(written.file);
  return { read: () => readSecretFile(path), name: `file ${path}` };
}

async function readSecretFile(path: string): Promise<string | undefined> {
  try {
    return content(await readFile(path, 'utf8'));
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

/** Files and variables often end with a newline that is no part of the secret. */
function content(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
