import { Failure } from '../../failure.ts';
import { machineRemedies } from '../../machine-remedies.ts';

/** git's words about what the machine lacks, and how a person mends it. */
const machineRules: readonly (readonly [RegExp, string])[] = [
  [/No space left/i, machineRemedies.diskSpace],
  [/Disk quota/i, machineRemedies.diskQuota],
  [/Read-only file system/i, machineRemedies.writableDisk],
  [/Too many open files/i, machineRemedies.openFiles],
  [/Cannot allocate memory|Out of memory/i, machineRemedies.memoryForGit],
];

/**
 * Answers what git's words (in English, redacted) say about the machine that it runs on; undefined: nothing. Neither
 * the remote nor the mirror is to blame then.
 */
export function machineFailure(words: string): Failure | undefined {
  const rule = machineRules.find(([pattern]) => pattern.test(words));
  if (rule === undefined) return undefined;
  return new Failure('Unavailable', `${rule[1]} It is tried again by itself. git says: ${words}`, { isOfWorker: true });
}
