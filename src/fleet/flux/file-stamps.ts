import { stat } from 'node:fs/promises';
import pLimit from 'p-limit';

/** What tells two states of a file apart. */
export interface FileStamp {
  readonly file: string;
  /** Changes when the file does. */
  readonly stamp: string;
}

/** How many files are asked for at once. */
const STATS = 32;
/** The shortest and the longest time in milliseconds between two looks at the files. */
const [SHORTEST_MS, LONGEST_MS] = [1_000, 15_000];
/** The part of the time that such looks may take. */
const SHARE = 1 / 20;

/** Reads the stamps of files. One that is not there has one, too. */
export function fileStamps(files: readonly string[]): Promise<readonly FileStamp[]> {
  const limit = pLimit(STATS);
  return Promise.all(files.map((file) => limit(async () => ({ file, stamp: await stampOf(file) }))));
}

async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${file} ${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return `${file} ${codeOf(error)}`;
  }
}

/** Answers the code of a system's error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

/**
 * Makes one look at the files do for thousands of looks at clusters: whoever asks within a second of the last one gets
 * its answer, or its error. Where a look takes long, because there are thousands of files, the next one comes later.
 */
export function paced<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last && performance.now() < last.until) return last.answer;
    const began = performance.now();
    const mine = { answer: look(), until: Number.POSITIVE_INFINITY };
    last = mine;
    const settle = () => {
      const ended = performance.now();
      mine.until = ended + Math.min(Math.max(SHORTEST_MS, (ended - began) / SHARE), LONGEST_MS);
    };
    mine.answer.then(settle, settle);
    return mine.answer;
  };
}
