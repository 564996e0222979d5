import { Failure } from '../../failure.ts';

/** git's words about what the machine lacks, and how a person says that and mends it. */
const machineRules: readonly (readonly [RegExp, string])[] = [
  [/No space left/i, "The worker's disk is full. Free space there, or move its cache with FAIRLEAD_CACHE."],
  [/Disk quota/i, "The worker's disk quota is used up. Raise it, or move its cache with FAIRLEAD_CACHE."],
  [
    /Read-only file system/i,
    "The worker's disk is read-only. Mount it writable, or move its cache with FAIRLEAD_CACHE.",
  ],
  [/Too many open files/i, 'The worker may open too few files. Raise the limit (ulimit -n).'],
  [/Cannot allocate memory|Out of memory/i, 'The worker has too little memory for git. Give it more.'],
];

/**
 * Answers what git's words (in English, redacted) say about the machine that it runs on; undefined: nothing. Neither
 * the remote nor the mirror is to blame then.
 */
export function machineFailure(words: string): Failure | undefined {
  const rule = machineRules.find(([pattern]) => pattern.test(words));
  if (rule === undefined) return undefined;
  return new Failure('Unavailable', `${rule[1]} It is tried again by itself. git says: ${words}`);
}
