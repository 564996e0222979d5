import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { fairlead } from './test-io.ts';

const commands = [
  'promote',
  'status',
  'environments',
  'history',
  'approve',
  'reject',
  'accept',
  'retry',
  'abort',
  'rollback',
  'render',
  'validate',
  'setup',
  'worker',
];

test('the help lists every command and the exit codes', async () => {
  const { code, out } = await fairlead(['--help']);
  expect(code).toBe(0);
  for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  expect(out).toContain('Exit codes: 0 done or promoted');
});

test.each(commands)('the help of %s has an example', async (command) => {
  const { code, out } = await fairlead([command, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`\\$ .*fairlead ${command}`));
  expect(out).toContain('--json');
});

test('the version is that of the package', async () => {
  expect(await fairlead(['--version'])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
});

test.each([
  [['nonsense'], 'unknown command'],
  [['promote', '--commit', 'main'], "required option '--source <url>'"],
  [['promote', '--source', '/srv/x.git', '--commit', 'main', '--timeout', 'soon'], 'Write a duration such as 30s'],
  [['status', '--bogus'], "unknown option '--bogus'"],
  [['reject', '1234567', 'qa'], "required option '--reason <text>'"],
  [['accept', '1234567', 'qa', '--reason', 'x'], "required option '--cluster <name>'"],
])('%j is bad input', async (args, words) => {
  const { code, out, err } = await fairlead(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(words);
});

test('with --json bad input is JSON, too, and nothing else', async () => {
  const { code, out, err } = await fairlead(['promote', '--json', '--commit', 'main']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(JSON.parse(out)).toEqual({
    error: { type: 'InvalidInput', message: "required option '--source <url>' not specified" },
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
