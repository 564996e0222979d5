import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliCommand } from '../../../../demo/rig/cli.ts';
import { completionScripts } from '../../../../src/cli/completion/scripts.ts';
import { noteSeen, seenNames } from '../../../../src/cli/completion/seen.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { fairlead } from '../test-io.ts';

const { path: directory, remove } = temporaryDirectory('completion');
const cache = join(directory, 'cache');
const env = { FAIRLEAD_CACHE: cache };
const id = 'promote/127.0.0.1:7480/local/shop/3f2a9c1';

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  await noteSeen({ env }, { environments: ['prod', 'pr$(touch injected)'], ids: [id] });
  writeFileSync(join(directory, 'fairlead.yaml'), 'kind: Platform\nstages: [dev, [prod-us, prod-eu]]\n');
  mkdirSync(join(directory, 'bin'));
  const program = join(directory, 'bin', 'fairlead');
  writeFileSync(program, `#!/bin/sh\nexec ${cliCommand.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(remove);

/** Answers the values for the last of these words. */
async function values(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await fairlead(['complete', '--', ...words], { env, cwd: directory });
  return out.split('\n').flatMap((line) => line.split('\t')[0] || []);
}

describe('what may stand at a place', () => {
  test.each([
    [['sta'], ['status']],
    [['promote', '--comm'], ['--commit']],
    [['promote', '--wait', '--wa'], []],
    [
      ['diff', '--format', ''],
      ['text', 'markdown', 'json'],
    ],
    [['diff', '--format=mark'], ['--format=markdown']],
    [['accept', 'x', 'prod', '--cluster', 'a', '--cl'], ['--cluster']],
    [
      ['rollback', 'pro'],
      ['prod-us', 'prod-eu', 'prod'],
    ],
    [['diff', '--environment', 'de'], ['dev']],
    [['diff', '--environment=de'], ['--environment=dev']],
    [['approve', '--by', 'ann', ''], [id]],
    [['approve', id, 'de'], ['dev']],
    [['approve', id, 'dev', ''], []],
    [['worker', '--sandbox', '--de'], ['--dev']],
    [['completion', 'z'], ['zsh']],
    [['validate', ''], []],
  ])('%j is completed to %j', async (words, expected) => {
    expect(await values(...words)).toEqual(expected);
  });

  test('every command is offered with what it is for, and the hidden one is not', async () => {
    const { out } = await fairlead(['complete', '--', ''], { env });
    expect(out).toContain('hold\tlet no promotion start in an environment\n');
    expect(out).not.toMatch(/^complete\t/m);
  });

  test('a name that would be two lines is left out', async () => {
    writeFileSync(join(directory, 'fairlead.yaml.odd'), '');
    const odd = join(directory, 'odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'fairlead.yaml'), 'stages: [dev, "a\\nb"]\n');
    const { out } = await fairlead(['complete', '--', 'hold', ''], { cwd: odd, env: { FAIRLEAD_CACHE: odd } });
    expect(out).toBe('dev\tenvironment\n');
  });
});

describe('names that commands have come across', () => {
  test('are kept newest first, each once, and no more than are wanted', async () => {
    const other = { env: { FAIRLEAD_CACHE: join(directory, 'other') } };
    await noteSeen(other, { ids: ['a'] });
    expect(await seenNames(other)).toEqual({ environments: [], ids: [] });
    mkdirSync(join(directory, 'other'));
    await noteSeen(other, { ids: Array.from({ length: 60 }, (_, index) => `id-${index}`) });
    await noteSeen(other, { ids: ['newest', 'id-3'] });
    const { ids } = await seenNames(other);
    expect(ids.slice(0, 3)).toEqual(['newest', 'id-3', 'id-0']);
    expect(ids).toHaveLength(50);
  });

  test('are none where the file is damaged', async () => {
    const damaged = join(directory, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'completion.json'), '{"ids": ["a", 1], "environ');
    expect(await seenNames({ env: { FAIRLEAD_CACHE: damaged } })).toEqual({ environments: [], ids: [] });
  });
});

/** Types a line in a real bash that has read the script, and answers what it would offer. */
function completedByBash(line: string): readonly string[] {
  // As readline does it: words end at blanks, and at the characters of COMP_WORDBREAKS, which are words of their own.
  const script = `
    source <(fairlead completion bash)
    source <(fairlead completion bash)
    complete -p fairlead >&2
    COMP_LINE=$1 COMP_POINT=\${#1}
    mapfile -t COMP_WORDS < <(grep -oE '[:=]|[^[:space:]:=]+' <<<"$1")
    [[ $1 == *[[:space:]] ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _fairlead
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', line], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, PATH: [join(directory, 'bin'), process.env.PATH].join(delimiter), HOME: directory },
  });
  return out.split('\n').filter((each) => each !== '');
}

describe('in bash', () => {
  test.each([
    ['fairlead sta', ['status']],
    ['fairlead hold prod-', ['prod-us', 'prod-eu']],
    ['fairlead diff --environment=d', ['dev']],
    ['fairlead status promote/127.0.0.1:', ['7480/local/shop/3f2a9c1']],
    ['fairlead status promote/127.0.0.1:74', ['7480/local/shop/3f2a9c1']],
    ['fairlead approve x ', ['dev', 'prod-us', 'prod-eu', 'prod', 'pr\\$\\(touch\\ injected\\)']],
  ])('%j is completed to %j', (line, expected) => {
    expect(completedByBash(line)).toEqual(expected);
  });

  test('neither what is typed nor what is offered is run', () => {
    expect(completedByBash('fairlead hold $(touch typed)')).toEqual([]);
    completedByBash('fairlead hold pr');
    expect(existsSync(join(directory, 'typed'))).toBe(false);
    expect(existsSync(join(directory, 'injected'))).toBe(false);
  });
});

test.each(['zsh', 'fish'] as const)('the script of %s has its syntax, as far as that shell is here', (shell) => {
  const script = join(directory, `script.${shell}`);
  writeFileSync(script, completionScripts[shell]);
  const isHere = (process.env.PATH ?? '').split(delimiter).some((each) => existsSync(join(each, shell)));
  if (isHere) execFileSync(shell, ['--no-execute', script]);
  expect(completionScripts[shell]).toContain('complete -- ');
});

test('bash reads its script', () => {
  const script = join(directory, 'script.bash');
  writeFileSync(script, completionScripts.bash);
  execFileSync('bash', ['-n', script]);
});
