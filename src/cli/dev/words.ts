import { shellWord } from '../../text/shell-word.ts';
import type { Sandbox } from './sandbox.ts';
import type { DevState } from './state.ts';
import type { RunningTemporal } from './temporal.ts';

/** Writes what a shell reads to set these variables; one that is undefined is taken away. */
export function exportLines(env: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  return Object.entries(env).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${shellWord(value)}`,
  );
}

/** What runs, as people are told of it. */
interface Introduced {
  readonly temporal: Pick<RunningTemporal, 'uiUrl'>;
  readonly sandbox: Pick<Sandbox, 'url' | 'sources'> | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Says that nothing names a forge, or signs in to one. */
  readonly withoutForge?: boolean;
}

/** Writes what runs, what to copy into another terminal, and what to use later instead. */
export function introduction(
  { temporal, sandbox, env, withoutForge }: Introduced,
  state: Pick<DevState, 'file'>,
): readonly string[] {
  const { sources = [] } = sandbox ?? {};
  return [
    'Everything runs:',
    `  Temporal UI    ${temporal.uiUrl}`,
    ...(sandbox ? [`  Pull requests  ${sandbox.url}`] : []),
    ...sources.map(({ directory, url }) => `  Source         ${url} is ${directory}`),
    `  Logs           ${state.file('worker.log')}, ${state.file('temporal.log')}`,
    '',
    'In another terminal:',
    ...exportLines(env).map((line) => `  ${line}`),
    `or, the same: . ${shellWord(state.file('env'))}`,
    ...(sources.length === 1 ? ['', 'Then: fairlead promote --commit main --wait'] : []),
    ...(withoutForge
      ? [
          '',
          'No forge is set up: FAIRLEAD_SETTINGS and GITHUB_TOKEN are not set. --sandbox DIR plays one for the repositories in DIR.',
        ]
      : []),
    '',
    'This is for a try: one machine, one database file, nobody signs in. docs/deployment.md says what to run instead.',
    'Ctrl-C ends it. Called again, it goes on where it was.',
  ];
}

/** Says that what is kept belongs to a try in other directories, whose operations go on and may have the same names. */
export function elsewhere(state: string, before: readonly string[]): string {
  return `${state} has the operations and requests of ${before.join(', ')}, and they go on. To begin anew, end this and delete ${state}, or name another directory with --state.`;
}
