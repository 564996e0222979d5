import { Failure } from '../../failure.ts';
import { repositoryKey } from '../../platform/repository/platform-id.ts';
import type { Io } from '../io.ts';
import { type CiJob, ciJob, ciSystems } from './ci-job.ts';

/**
 * Answers the commit that a command is about: `--commit`, else the one that was pushed, in a CI job of the source. Throws
 * `Failure` InvalidInput where none is known: the commit of a pull request gets onto no branch, and that of another
 * repository is none of the platform's.
 */
export function commitFrom(commit: string | undefined, source: string, io: Io): string {
  return commit ?? pushedIn(source, { what: 'commit', option: '--commit' }, io).commit;
}

/** Answers the environment that a command is about: `--environment`, else the config branch that was pushed to, likewise. */
export function environmentFrom(environment: string | undefined, source: string, io: Io): string {
  if (environment !== undefined) return environment;
  const asked = { what: 'environment', option: '--environment' };
  const { branch } = pushedIn(source, asked, io);
  if (branch === undefined) throw unknown(asked, 'This job runs for no branch');
  return branch;
}

interface Asked {
  readonly what: string;
  readonly option: string;
}

function pushedIn(source: string, asked: Asked, io: Io): Exclude<CiJob['pushed'], string> {
  const job = ciJob(io.env);
  if (job === undefined)
    throw unknown(asked, `Only a CI job of the source that runs for a push (${ciSystems}) says it by itself`);
  if (repositoryKey(job.repository) !== repositoryKey(source))
    throw unknown(asked, `This job is one of ${job.repository}, not of ${source}`);
  if (typeof job.pushed === 'string') throw unknown(asked, `In this job ${job.pushed}`);
  return job.pushed;
}

function unknown({ what, option }: Asked, why: string): Failure {
  return new Failure('InvalidInput', `It is not known which ${what} is meant. ${why}. Name it with ${option}.`);
}
