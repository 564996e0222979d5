import { expect, test } from 'vitest';
// @ts-expect-error: plain JavaScript, which a runner takes as it is.
import { InputError, orderOf } from '../../../action/order.mjs';
// @ts-expect-error: plain JavaScript, which a runner takes as it is.
import { logText, outcomeOf, outputLines } from '../../../action/outcome.mjs';
// @ts-expect-error: plain JavaScript, which a runner takes as it is.
import { packageFiles, sumOf } from '../../../action/release.mjs';

const job = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_API_URL: 'https://api.github.com' };

/** The variables of a step with these inputs, with the defaults of action.yml that matter here. */
const inputs = (given: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = job) => ({
  ...env,
  ...Object.fromEntries(
    Object.entries({
      wait: 'false',
      comment: 'true',
      download: 'https://github.com/fairlead/fairlead/releases/download',
      ...given,
    }).map(([name, value]) => [`FAIRLEAD_ACTION_${name.toUpperCase().replaceAll('-', '_')}`, value]),
  ),
});
const order = (given: Readonly<Record<string, string>>, env?: NodeJS.ProcessEnv) =>
  orderOf(inputs(given, env), '0.1.0');

test.each([
  [{ command: 'promote' }, ['promote', '--json']],
  [
    { command: 'promote', commit: 'a1', wait: 'true', timeout: '50m' },
    ['promote', '--commit=a1', '--wait', '--timeout=50m', '--json'],
  ],
  [{ command: 'apply-config', environment: 'qa' }, ['apply-config', '--environment=qa', '--json']],
  [{ command: 'diff', environment: 'qa' }, ['diff', '--environment=qa']],
  [
    { command: 'validate', arguments: '--main-branch\n  trunk  \n\n' },
    ['validate', '--strict', '--render', '--main-branch', 'trunk'],
  ],
])('%j calls %j', (given, args) => {
  expect(order(given).args).toEqual(args);
});

test('a diff comments on the request of the job, if there is one and the workflow does not say no', () => {
  const request = { ...job, GITHUB_REF: 'refs/pull/7/merge' };
  expect(order({ command: 'diff' }, request).args).toEqual(['diff', '--comment']);
  expect(order({ command: 'diff', comment: 'false' }, request).args).toEqual(['diff']);
  expect(order({ command: 'diff' }, { ...job, GITHUB_REF: 'refs/heads/main' }).args).toEqual(['diff']);
});

test.each([
  [{ command: 'deploy' }, 'command is "deploy": write one of promote, apply-config, diff, validate.'],
  [{ command: 'constructor' }, 'command is "constructor"'],
  [{ command: 'promote', environment: 'qa' }, 'environment is no input of promote'],
  [{ command: 'diff', commit: 'a1' }, 'commit is no input of diff'],
  [{ command: 'promote', wait: 'yes' }, 'wait is "yes": write true or false.'],
  [{ command: 'promote', timeout: '5m' }, 'timeout is of no use without wait: true'],
  [{ command: 'promote', version: '../../evil' }, 'version is "../../evil"'],
  [
    { command: 'promote', download: 'ftp://mirror.example.com' },
    'download is "ftp://mirror.example.com": write an https URL.',
  ],
  [{ command: 'promote', download: 'http://mirror.example.com' }, 'which anybody on the way can change'],
  [{ command: 'promote', checksum: 'abc' }, 'checksum is no SHA-256'],
])('%j is refused: %s', (given, words) => {
  expect(() => order(given)).toThrow(InputError);
  expect(() => order(given)).toThrow(words);
});

test('a mirror without encryption needs the checksum', () => {
  const mirror = { command: 'promote', download: 'http://mirror.example.com/', checksum: 'A'.repeat(64) };
  expect(order(mirror).release).toEqual({
    version: '0.1.0',
    download: 'http://mirror.example.com',
    checksum: 'A'.repeat(64),
  });
});

test('the settings are those of the forge whose job it is, unless the job names a file', () => {
  const gitea = {
    GITHUB_SERVER_URL: 'https://git.example.com/forge/',
    GITHUB_API_URL: 'https://git.example.com/forge/api/v1',
    GITEA_ACTIONS: 'true',
  };
  expect(order({ command: 'promote', 'temporal-ui': 'https://temporal.example.com' }, gitea).settings).toEqual({
    apiVersion: 'fairlead.dev/v1',
    kind: 'Worker',
    forges: [
      {
        host: 'git.example.com',
        kind: 'gitea',
        api: 'https://git.example.com/forge/api/v1',
        token: { env: 'GITHUB_TOKEN' },
      },
    ],
    temporalUi: 'https://temporal.example.com',
  });
  const own = { ...job, FAIRLEAD_SETTINGS: 'worker.yaml' };
  expect(order({ command: 'promote' }, own).settings).toBeUndefined();
  expect(() => order({ command: 'promote', 'temporal-ui': 'https://t.test' }, own)).toThrow(
    'as temporalUi: leave it out.',
  );
});

test('a renderer is fetched where something is rendered, and for no other platform than there is', () => {
  expect(packageFiles('0.1.0', { needsRenderer: false, platform: 'sunos-x64' })).toEqual(['fairlead-0.1.0.tgz']);
  expect(packageFiles('0.1.0', { needsRenderer: true, platform: 'linux-arm64' })).toContain(
    'fairlead-renderer-linux-arm64-0.1.0.tgz',
  );
  expect(() => packageFiles('0.1.0', { needsRenderer: true, platform: 'sunos-x64' })).toThrow(
    'no renderer for sunos-x64',
  );
});

test('a checksum is the one of that very file', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(sumOf(`${a}  x-0.1.0.tgz\n${b} *0.1.0.tgz\n`, '0.1.0.tgz')).toBe(b);
  for (const sums of ['', `${a}  x-0.1.0.tgz\n`, `${a}  0.1.0.tgz\n${b}  0.1.0.tgz\n`])
    expect(() => sumOf(sums, '0.1.0.tgz')).toThrow(/SHA256SUMS has [02] lines for 0\.1\.0\.tgz/);
});

test('an error of the command is an annotation, on one line', () => {
  const out = JSON.stringify({ error: { type: 'Unavailable', message: 'Temporal is away.\n100 % sure' } });
  expect(outcomeOf({ command: 'promote', readsJson: true }, { code: 3, out })).toEqual({
    outputs: { 'exit-code': '3' },
    lines: ['::error title=fairlead promote::Temporal is away.%0A100 %25 sure'],
    code: 3,
  });
});

test('what others wrote adds no output and gives the runner no command', () => {
  expect(outputLines({ id: 'a\nstate=evil' })).toBe('id=a state=evil\n');
  expect(logText('a ::b\n::set-env name=x::y\n  ##[error]z')).toBe(
    'a ::b\n\u200b::set-env name=x::y\n  ##\u200b[error]z',
  );
});
