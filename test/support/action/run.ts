import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse } from 'yaml';

/** What a step of the action came to. */
export interface RanStep {
  readonly code: number;
  readonly log: string;
  /** The outputs, as the runner reads them. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

interface Job {
  /** A directory of the job's own. */
  readonly place: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs the step of action.yml as a runner does: inputs with their defaults come into the variables that it names, and the
 * shell runs its command.
 */
export async function runAction(inputs: Readonly<Record<string, string>>, { place, env, cwd }: Job): Promise<RanStep> {
  const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
  const [step, ...more] = action.runs.steps;
  if (step === undefined || more.length > 0) throw new Error('action.yml must have one step');
  for (const name of Object.keys(inputs)) if (!(name in action.inputs)) throw new Error(`there is no input ${name}`);
  const temp = join(place, 'temp');
  mkdirSync(temp, { recursive: true });
  const files = { GITHUB_OUTPUT: join(place, 'output'), GITHUB_STEP_SUMMARY: join(place, 'summary') };
  const inputOf = (name: string) =>
    inputs[name] ?? (action.inputs[name]?.default ?? '').replace(/^\$\{\{ github\.token \}\}$/, env.JOB_TOKEN ?? '');
  const variables = Object.entries(step.env).map(([name, value]) => {
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1];
    if (input === undefined) throw new Error(`${name} of action.yml is no input: ${value}`);
    return [name, inputOf(input)];
  });
  const { exitCode, all } = await execa(step.shell, ['-e', '-o', 'pipefail', '-c', step.run], {
    cwd: cwd ?? place,
    env: {
      PATH: process.env.PATH,
      ...env,
      ...files,
      ...Object.fromEntries(variables),
      GITHUB_ACTION_PATH: root,
      RUNNER_TEMP: temp,
    },
    extendEnv: false,
    reject: false,
    all: true,
  });
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const outputs = read(files.GITHUB_OUTPUT)
    .split('\n')
    .map((line) => /^([\w-]+)=(.*)$/.exec(line))
    .flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? '']] : []));
  return {
    code: exitCode ?? 1,
    log: all ?? '',
    outputs: Object.fromEntries(outputs),
    summary: read(files.GITHUB_STEP_SUMMARY),
  };
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}
