import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { withFileLock } from '../file-lock.ts';
import { cacheDirectory } from './cache.ts';
import { findOnPath, isExecutable } from './executable.ts';
import type { FindOptions, ProgramRecipe, ProgramWay } from './recipe.ts';

const abandonedMs = 3_600_000;
/** After so many milliseconds a way that is still at it says so. */
const patienceMs = 15_000;

interface Search {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly progress: (line: string) => void;
  readonly mayMake: boolean;
}

/**
 * Finds an executable: the one its environment variable names, else one that was installed with Fairlead, else one on the
 * PATH, else one in the cache, else what the recipe's ways make, once, into the cache. Processes that need it at the same
 * time wait for one of them.
 *
 * What is made appears whole or not at all, under a key that says what it was made from; so it is never outdated, and
 * may be deleted at any time.
 *
 * Throws `Failure` `InvalidConfig` when the variable names no executable, what was installed does not fit or a tool to build
 * it is missing, and `Unavailable` when every way failed; both say what to do.
 */
export async function findProgram(recipe: ProgramRecipe, options: FindOptions = {}): Promise<string> {
  const search: Search = {
    env: options.env ?? process.env,
    progress: options.progress ?? ((line) => void process.stderr.write(`${line}\n`)),
    signal: options.signal,
    mayMake: options.mayMake ?? true,
  };
  return (
    (await fromEnvironment(recipe, search.env)) ??
    (await recipe.packaged?.()) ??
    (await findOnPath(recipe.pathNames ?? [], search.env)) ??
    (await fromCache(recipe, search))
  );
}

async function fromEnvironment(recipe: ProgramRecipe, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const variable = recipe.environmentVariable;
  const path = variable && env[variable];
  if (!path || (await isExecutable(path))) return path || undefined;
  throw new Failure(
    'InvalidConfig',
    `${variable} names ${path}, which is not an executable file. Correct it, or unset it to have ${recipe.name} found or made.`,
  );
}

async function fromCache(recipe: ProgramRecipe, search: Search): Promise<string> {
  const programDirectory = join(cacheDirectory(search.env), 'programs', recipe.name);
  const directory = join(programDirectory, recipe.cacheKey);
  const executable = join(directory, recipe.executable);
  if (await isExecutable(executable)) return executable;
  if (recipe.ways.length === 0) throw notHere(recipe);
  if (!search.mayMake) throw notHereYet(recipe);
  await mkdir(programDirectory, { recursive: true });
  return withFileLock(
    `${directory}.lock`,
    async () => {
      if (!(await isExecutable(executable))) await makeProgram(recipe, { programDirectory, directory }, search);
      return executable;
    },
    {
      signal: search.signal,
      onWait: (pid) => search.progress(`${recipe.name}: process ${pid ?? 'unknown'} is making it; waiting for that`),
    },
  );
}

async function makeProgram(
  recipe: ProgramRecipe,
  place: { readonly programDirectory: string; readonly directory: string },
  search: Search,
): Promise<void> {
  await removeAbandoned(place.programDirectory);
  const failures: Failure[] = [];
  for (const way of recipe.ways) {
    const partial = await mkdtemp(join(place.programDirectory, '.partial-'));
    try {
      await tryWay({ recipe, way }, partial, search);
      await putInPlace(partial, place.directory, recipe.executable);
      return;
    } catch (error) {
      search.signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
      search.progress(`${recipe.name}: that does not work here: ${error.message}`);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  throw notObtained(recipe, failures);
}

async function tryWay(
  { recipe, way }: { readonly recipe: ProgramRecipe; readonly way: ProgramWay },
  partial: string,
  search: Search,
): Promise<void> {
  const began = Date.now();
  const { env, signal, progress } = search;
  progress(`${recipe.name} is not here yet: ${way.description} (${way.duration})`);
  const stillAtIt = setInterval(
    () => progress(`${recipe.name}: still at it after ${Math.round((Date.now() - began) / 1000)} s (${way.duration})`),
    patienceMs,
  );
  try {
    await way.obtain(partial, { env, signal, progress });
  } finally {
    clearInterval(stillAtIt);
  }
  if (!(await isExecutable(join(partial, recipe.executable)))) {
    throw new Failure('Internal', `${way.description} left no executable ${recipe.executable}`);
  }
  search.progress(`${recipe.name} is ready after ${((Date.now() - began) / 1000).toFixed(1)} s and kept for next time`);
}

/**
 * Puts a program in place with one rename, so that a reader sees nothing or all of it; who comes second keeps the
 * first.
 */
async function putInPlace(partial: string, directory: string, executable: string): Promise<void> {
  try {
    await rename(partial, directory);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (await isExecutable(join(directory, executable))) return;
    // Somebody deleted half of the cache: what is left there is no program.
    await rm(directory, { recursive: true, force: true });
    await rename(partial, directory);
  }
}

/** Removes what processes left behind that were killed while they made something. */
async function removeAbandoned(programDirectory: string): Promise<void> {
  for (const name of await readdir(programDirectory)) {
    if (!name.startsWith('.partial-')) continue;
    const path = join(programDirectory, name);
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > abandonedMs) await rm(path, { recursive: true, force: true });
  }
}

function notHereYet({ name }: ProgramRecipe): Failure {
  return new Failure('InvalidConfig', `${name} is not on this machine yet.`);
}

function notHere(recipe: ProgramRecipe): Failure {
  const { name, withoutWays = 'Nothing here can make it.' } = recipe;
  return new Failure('InvalidConfig', `${name} is not on this machine. ${withoutWays}${ownExecutable(recipe)}`);
}

function notObtained(recipe: ProgramRecipe, failures: readonly Failure[]): Failure {
  const type = failures.some((failure) => failure.retryable) ? 'Unavailable' : 'InvalidConfig';
  const reasons = failures.map((failure) => failure.message).join(' ');
  return new Failure(
    type,
    `${recipe.name} is not on this machine and could not be made. ${reasons}${ownExecutable(recipe)}`,
  );
}

function ownExecutable({ environmentVariable }: ProgramRecipe): string {
  return environmentVariable ? ` Or set ${environmentVariable} to an executable of your own.` : '';
}
