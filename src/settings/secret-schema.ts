import { z } from 'zod';
import { map, text } from '../platform/fields.ts';

/** A path of this machine. */
export const path = text(/^[^\0\n]+$/, 'Write a path.').describe('Relative to this file; `~/` is the home directory.');

const secretRemedy =
  'Name where it is kept: `{ env: NAME }` or `{ file: PATH }`. This file never holds a secret itself.';
/** Where a secret is kept. */
export const secret = z
  .union(
    [map({ env: text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Write the name of an environment variable.') }), map({ file: path })],
    { error: secretRemedy },
  )
  .describe('Where a secret is kept: an environment variable, or a file. Read when needed.');

/** Where a settings file says that a secret is kept. */
export type WrittenSecret = z.output<typeof secret>;
