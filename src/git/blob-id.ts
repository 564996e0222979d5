import { createHash } from 'node:crypto';
import type { Sha } from './repository.ts';

/** Answers the id that git gives a file of this content. */
export function blobId(content: Buffer): Sha {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
