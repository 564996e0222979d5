import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { fairlead } from './test-io.ts';

const commands = [
  'promote',
  'apply-config',
  'status',
  'environments',
  'history',
  'approve',
  'reject',
  'accept',
  'retry',
  'abort',
  'hold',
  'resume',
  'rollback',
  'render',
  'diff',
  'validate',
  'vendor',
  'setup',
  'doctor',
  'worker',
  'completion',
];

test('the help lists every command and the exit codes', async () => {
  const { code, out } = await fairlead(['--help']);
  expect(code).toBe(0);
  for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  expect(out).toContain('Exit codes: 0 done;');
});

test.each(commands)('the help of %s has an example', async (command) => {
  const { code, out } = await fairlead([command, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`\\$ .*fairlead ${command}`));
  expect(out).toContain('--json');
});

test.each([
  ['promote', []],
  ['reject', ['--reason']],
  ['accept', ['--reason']],
  ['abort', ['--reason']],
  ['approve', []],
  ['hold', ['--reason']],
  ['rollback', ['--reason']],
  ['render', ['--main', '--environment', '--out']],
])('the help of %s says which options are required', async (command, options) => {
  const { out } = await fairlead([command, '--help']);
  const entries = out.replace(/\n {6,}/g, ' ').split('\n');
  const required = entries.filter((line) => line.endsWith('(required)'));
  expect(required.map((line) => line.trim().split(' ')[0]).sort()).toEqual([...options].sort());
});

test('the version is that of the package', async () => {
  expect(await fairlead(['--version'])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
});

test.each([
  [['nonsense'], 'unknown command'],
  [['promote', '--source', '/srv/x.git'], 'which commit is meant.'],
  [['promote', '--commit', 'main'], 'Name its source repository with --source, or set FAIRLEAD_SOURCE.'],
  [['apply-config', '--environment', 'qa', '--commit', 'qa'], 'set FAIRLEAD_SOURCE'],
  [['apply-config', '--source', '/srv/x.git', '--commit', 'qa'], 'Name it with --environment.'],
  [['promote', '--source', '/srv/x.git', '--commit', 'main', '--timeout', 'soon'], 'Write a duration such as 30s'],
  [['status', '--bogus'], "unknown option '--bogus'"],
  [['reject', '1234567', 'qa'], "required option '--reason <text>'"],
  [['accept', '1234567', 'qa', '--cluster', 'a'], "required option '--reason <text>'"],
  [['approve', '1234567', 'qa', '--override'], 'An override is recorded with its reason.'],
  [['retry', '1234567', 'qa', '--removals'], "unknown option '--removals'"],
  [['hold', 'qa'], "required option '--reason <text>'"],
  [['hold', 'qa', '--reason', 'x', '--until', '2026-12-24 08:00'], 'Write 2026-12-24T08:00Z or 2026-12-24T08:00+01:00'],
  [
    ['hold', 'qa', '--reason', 'é'.repeat(1_501), '--by', 'ann'],
    '"reason" must be a text of 1 to 3000 bytes, and has 3002',
  ],
  [['hold', 'qa', '--reason', '\ud800', '--by', 'ann'], 'hold: the payload cannot be read: a text in it has half'],
  [['hold', 'qa', '--reason', 'x'], 'set FAIRLEAD_SOURCE'],
  [['resume', 'qa'], 'set FAIRLEAD_SOURCE'],
  [['rollback', 'qa'], "required option '--reason <text>'"],
  [['rollback', '--reason', 'x'], 'Name the environment that is to go back, or a promotion with --promotion.'],
  [['rollback', 'qa', '--reason', 'x', '--config', 'old'], 'Allowed choices are today, recorded.'],
  [['rollback', 'qa', '--reason', 'x', '--promotion', '1234567'], 'leave out qa, or --promotion'],
  [['rollback', '--reason', 'x', '--promotion', '1234567', '--force'], 'leave out --to and --force'],
  [['rollback', '--reason', 'x', '--promotion', '1234567', '--to', 'main'], 'leave out --to and --force'],
])('%j is bad input', async (args, words) => {
  const { code, out, err } = await fairlead(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(words);
});

test.each([
  [['3f2a9c1', 'qa'], 'fairlead rollback qa --reason …', '--promotion 3f2a9c1 '],
  [['qa', '3f2a9c1'], 'fairlead rollback qa --reason …', '--promotion 3f2a9c1 '],
  [[`promote/acme/platform/${'a'.repeat(40)}`], 'fairlead rollback ENV --reason …', `/${'a'.repeat(40)} `],
  [['dev', 'qa'], 'fairlead rollback dev --reason …', '--promotion ID '],
])('rollback %j, as it once was written, says how it is written now', async (words, one, all) => {
  const { code, err } = await fairlead(['rollback', ...words, '--reason', 'x']);
  expect(code).toBe(2);
  expect(err).toContain(one);
  expect(err).toContain(all);
});

test('the source is taken from FAIRLEAD_SOURCE where none is named', async () => {
  const env = { FAIRLEAD_SOURCE: 'ext::sh -c id' };
  for (const command of [
    ['promote', '--commit', 'main'],
    ['apply-config', '--environment', 'qa', '--commit', 'qa'],
    ['hold', 'qa', '--reason', 'x'],
    ['resume', 'qa'],
    ['rollback', 'qa', '--reason', 'x'],
  ])
    expect(await fairlead(command, { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining('"ext::sh -c id" names a remote helper'),
    });
});

test('with --json bad input is JSON, too, and nothing else', async () => {
  const { code, out, err } = await fairlead(['hold', 'qa', '--json']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(JSON.parse(out)).toEqual({
    error: { type: 'InvalidInput', message: "required option '--reason <text>' not specified" },
  });
});

test.each([['--upload-pack=touch /tmp/x'], ['ext::sh -c id'], ['https://user:s3cret@github.com/acme/platform']])(
  'the source %j is refused, without its secret',
  async (source) => {
    const { code, err } = await fairlead(['promote', `--source=${source}`, '--commit', 'a'.repeat(40)]);
    expect(code).toBe(2);
    expect(err).toMatch(/The repository URL/);
    expect(err).not.toContain('s3cret');
  },
);

test('a settings file with problems is named before anything is done', async () => {
  const { code, err } = await fairlead(['status'], { env: { FAIRLEAD_SETTINGS: '/nonexistent/worker.yaml' } });
  expect(code).toBe(2);
  expect(err).toContain('The settings file /nonexistent/worker.yaml cannot be read (ENOENT).');
});

test('Temporal being away is one sentence and code 3, not a hang', async () => {
  const address = await deadAddress();
  const { code, out, err } = await fairlead(['status'], { env: { TEMPORAL_ADDRESS: address } });
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toMatch(
    new RegExp(`^Temporal does not answer at ${address}.*\\. Start it, or set TEMPORAL_ADDRESS\\.\n$`),
  );
});

/** Where nobody listens: a port that was free a moment ago. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}
