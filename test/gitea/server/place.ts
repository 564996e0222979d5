import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Answers a directory for temporary files that every user may enter: the one of this process may be for its own user alone. */
export async function placeForAnyUser(places = [tmpdir(), '/tmp', '/var/tmp']): Promise<string> {
  for (const place of places) if (await isOpen(resolve(place))) return place;
  throw new Error(
    `Gitea does not run as root, and another user may enter none of ${places.join(', ')}. Set TMPDIR to a directory that everybody may enter.`,
  );
}

async function isOpen(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & 0o001) === 0) return false;
  return path === dirname(path) || isOpen(dirname(path));
}
