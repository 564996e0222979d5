import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../../src/cli/program.ts';
import { git, gitTestEnvironment, temporaryDirectory } from '../../../support/git.ts';

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory('init-questions');
});
afterEach(() => directory.remove());

/** What Ctrl-C sends. */
const interrupt = '\u0003';

/** Answers each question as soon as it is shown; answers the questions in their order. */
async function initWith(args: readonly string[], answers: readonly (readonly [string, string])[]) {
  const input = new PassThrough();
  // As a terminal's, it does not end with a question.
  const output = Object.assign(new PassThrough(), { end: () => output });
  const asked: string[] = [];
  let shown = '';
  output.on('data', (data: Buffer) => {
    shown += data.toString();
    const [question, answer] = answers[asked.length] ?? ['no further question', ''];
    if (!shown.includes(question)) return;
    asked.push(question);
    shown = '';
    // A person reads first; before that nobody listens.
    setTimeout(() => input.write(answer === interrupt ? interrupt : `${answer}\r`), 100);
  });
  const io = {
    out: () => undefined,
    err: () => undefined,
    interactive: true,
    terminal: { input, output },
    env: gitTestEnvironment,
    cwd: directory.path,
  };
  return { code: await run(['init', 'platform', ...args], io), asked };
}

const show = (object: string) => git(join(directory.path, 'platform'), ['show', object]);

test('on a terminal a person is asked, and Enter takes what is usual', async () => {
  const { code, asked } = await initWith(
    [],
    [
      ['Name of the platform', 'acme'],
      ['URL of this source repository', 'https://github.com/acme/platform'],
      ['GitOps repository', ''],
      ['Environments in their order', 'dev,prod'],
      ['Clusters of dev', ''],
      ['Clusters of prod', 'prod-1, eu=prod-2'],
      ['Forge whose CI is set up', ''],
    ],
  );
  expect({ code, asked }).toMatchObject({ code: 0, asked: { length: 7 } });
  const main = show('main:fairlead.yaml');
  expect(main).toContain('name: acme');
  expect(main).toContain('gitops: { repository: https://github.com/acme/platform-gitops }');
  expect(main).toContain('stages: [dev, prod]');
  expect(show('dev:fairlead.yaml')).toContain('  - { name: dev, group: all }');
  expect(show('prod:fairlead.yaml')).toContain('  - { name: prod-1, group: all }\n  - { name: prod-2, group: eu }');
  expect(show('main:.github/workflows/fairlead.yml')).toContain('command: promote');
});

test('what a flag says is not asked', async () => {
  const flags = ['--name', 'acme', '--source', 'https://git.acme.example/a/b', '--environments', 'dev'];
  const more = ['--cluster', 'dev=one', '--gitops', 'https://git.acme.example/a/c'];
  const { code, asked } = await initWith([...flags, ...more], [['Forge whose CI is set up', '']]);
  expect({ code, asked: asked.length }).toEqual({ code: 0, asked: 1 });
  expect(show('main:.gitea/workflows/fairlead.yml')).toContain('command: promote');
});

test('Ctrl-C makes nothing', async () => {
  const { code } = await initWith([], [['Name of the platform', interrupt]]);
  expect(code).toBe(2);
  expect(() => show('main')).toThrow();
});
