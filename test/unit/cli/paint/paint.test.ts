import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliCommand } from '../../../../demo/rig/cli.ts';
import { createPainter, paintState, takesColours, toneOfState } from '../../../../src/cli/view/paint.ts';
import { tableLines } from '../../../../src/cli/view/table.ts';
import { operationLines } from '../../../../src/cli/view/view.ts';
import { terminalText } from '../../../../src/untrusted-text.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { platformRepository } from '../platform-repository.ts';

const introducer = '\u001b';
const green = (text: string) => `${introducer}[32m${text}${introducer}[39m`;
const yellow = (text: string) => `${introducer}[33m${text}${introducer}[39m`;

describe('colours', () => {
  const painter = createPainter();
  const shown = (text: string) => painter.shown(text, terminalText);

  test.each([
    ['promoted', 'good'],
    ['rolled back', 'good'],
    ['awaiting approval', 'waiting'],
    ['held', 'waiting'],
    ['needs attention', 'bad'],
    ['failed', 'bad'],
    ['superseded', 'quiet'],
    ['rendering', undefined],
  ])('%s is %s', (state, tone) => {
    expect(toneOfState(state)).toBe(tone);
  });

  test('are those of the states, in columns that stay aligned', () => {
    const environments = [
      { environment: 'dev', state: 'promoted', fleet: undefined },
      { environment: 'production', state: 'awaiting approval' },
    ].map((each) => ({ ...each, operation: 'promotion', since: '', message: '', waitingFor: [] }));
    const view = {
      id: 'x',
      kind: 'promotion',
      platform: 'acme',
      commit: '',
      state: 'running',
      startedAt: '',
      refusals: [],
    };
    const lines = operationLines(
      { ...view, environments } as unknown as Parameters<typeof operationLines>[0],
      painter.paint,
    );
    expect(lines.map(shown)).toEqual([
      'acme: running',
      `  dev         ${green('promoted')}`,
      `  production  ${yellow('awaiting approval')}`,
    ]);
    const paintCell = (text: string) => paintState(painter.paint, text);
    expect(
      tableLines(
        ['STATE', 'ID'],
        [
          ['promoted', 'a'],
          ['unlisted', 'b'],
        ],
        paintCell,
      ).map(shown),
    ).toEqual(['STATE     ID', `${green('promoted')}  a`, 'unlisted  b']);
  });

  test('are never what a text of others says', () => {
    const evil = `${introducer}[31m red${introducer}[0m`;
    expect(shown(`${evil} ${painter.paint('good', evil)}`)).toBe(
      `\\u001b[31m red\\u001b[0m ${green('\\u001b[31m red\\u001b[0m')}`,
    );
    const other = createPainter().paint('bad', 'x');
    expect(shown(other)).toBe(other);
  });

  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])('of a stream %j with %j: %s', (stream, env, expected) => {
    expect(takesColours(stream, env)).toBe(expected);
  });
});

describe('the command line', () => {
  const { path: directory, remove } = temporaryDirectory('paint');
  beforeAll(() => void platformRepository(`${directory}/platform.git`));
  afterAll(remove);

  /** Runs `fairlead validate` as on a terminal, or with its output in a pipe. */
  async function validate(where: 'terminal' | 'pipe', env: NodeJS.ProcessEnv = {}, ...args: readonly string[]) {
    const command = [...cliCommand, 'validate', `${directory}/platform.git`, ...args].join(' ');
    const shell = where === 'terminal' ? `script --quiet --return --command '${command}' /dev/null` : command;
    const { NO_COLOR: _, CI: __, ...rest } = process.env;
    const options = { env: { ...rest, TERM: 'xterm', ...env } };
    const ran = await promisify(execFile)('sh', ['-c', `${shell} </dev/null || true`], options);
    return ran.stdout + ran.stderr;
  }

  test('has colours on a terminal', async () => {
    expect(await validate('terminal')).toContain(`${introducer}[`);
  });

  test.each([
    { how: 'in a pipe', where: 'pipe' },
    { how: 'with NO_COLOR', where: 'terminal', env: { NO_COLOR: '1' } },
    { how: 'with --json', where: 'terminal', args: ['--json'] },
  ] as const)('has none $how', async ({ where, ...more }) => {
    const { env = {}, args = [] }: { readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[] } = more;
    const printed = await validate(where, env, ...args);
    expect(printed).toMatch(/Not valid|"ok": false/);
    expect(printed).not.toContain(introducer);
  });
});
