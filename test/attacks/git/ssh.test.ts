import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitTestEnvironment } from '../../support/git.ts';
import { useBench } from '../../unit/git/setup.ts';

const hasSsh = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'ssh')));

/** A program whose run leaves a mark; its name has no character that a shell would take for something else. */
function mark(directory: string) {
  const made = join(directory, 'made');
  const program = join(directory, 'mark');
  writeFileSync(program, `#!/bin/sh\n: > ${made}\nexit 1\n`, { mode: 0o755 });
  return { program, made };
}

describe.runIf(hasSsh)('A host, user or path that a real ssh could take for an option', () => {
  const bench = useBench();

  it('would run a program, if it came through', () => {
    const { program, made } = mark(bench.directory);
    spawnSync('ssh', ['-o', 'BatchMode=yes', `-oProxyCommand=${program}`, '127.0.0.1', 'true']);
    expect(existsSync(made)).toBe(true);
  });

  it.each<[string, (program: string) => string]>([
    ['a host that is an option', (program) => `ssh://-oProxyCommand=${program}/acme/shop`],
    ['a host that is an escaped option', (program) => `ssh://%2doProxyCommand=${program}/acme/shop`],
    ['an escaped host', (program) => `ssh://${encodeURIComponent(`-oProxyCommand=${program}`)}/acme/shop`],
    ['a host in brackets', (program) => `ssh://[-oProxyCommand=${program}]/acme/shop`],
    ['a host in brackets, without a scheme', (program) => `[-oProxyCommand=${program}]:acme/shop`],
    ['a host with a port in brackets', (program) => `[127.0.0.1:-oProxyCommand=${program}]:acme/shop`],
    ['a host without a scheme', (program) => `-oProxyCommand=${program}:acme/shop`],
    ['a user that is an option', (program) => `ssh://-oProxyCommand=${program}@127.0.0.1/acme/shop`],
    ['a user with a space', (program) => `ssh://git%20-oProxyCommand=${program}@127.0.0.1/acme/shop`],
    ['a user with a line break', (program) => `ssh://git%0a-oProxyCommand=${program}@127.0.0.1/acme/shop`],
    ['a port that is an option', (program) => `ssh://git@127.0.0.1:-oProxyCommand=${program}/acme/shop`],
    ['a port with an option behind it', (program) => `ssh://git@127.0.0.1:22%20-oProxyCommand=${program}/acme/shop`],
    ['a path that is an option', (program) => `git@127.0.0.1:-oProxyCommand=${program}/shop`],
    ['a second host', (program) => `ssh://git@127.0.0.1@-oProxyCommand=${program}/acme/shop`],
  ])('runs nothing: %s', async (_, write) => {
    const { program, made } = mark(bench.directory);
    // Refused, or told as a server or a directory that is not there.
    const asked = (async () => bench.open({}, write(program)).branchHead('main'))();
    await expect(asked).rejects.toMatchObject({
      name: expect.stringMatching(/^(InvalidInput|Unavailable|Refused|Unauthorized|NotFound)$/),
    });
    expect(existsSync(made)).toBe(false);
  });
});

describe('A path on an SSH server', () => {
  const bench = useBench();

  it.each([
    ["'; MARK; '", 'with quotes'],
    ['$(MARK)', 'with a command'],
    ['`MARK`', 'with a command in backquotes'],
    ['a%27;MARK;%27', 'with escaped quotes'],
    ['a%24(MARK)', 'with an escaped command'],
    ['a%0aMARK', 'with an escaped line break'],
    ['a%60MARK%60', 'with escaped backquotes'],
    ['a|MARK', 'with a pipe'],
  ])('is no command of the shell there: %s, %s', async (path) => {
    const { program, made } = mark(bench.directory);
    const bin = join(bench.directory, 'bin');
    mkdirSync(bin);
    // The other side: its shell gets the last argument, as sshd hands it over.
    writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
    chmodSync(join(bin, 'ssh'), 0o755);
    const environment = { ...gitTestEnvironment, PATH: `${bin}${delimiter}${process.env.PATH}` };
    for (const begin of ['git@127.0.0.1:acme/', 'ssh://git@127.0.0.1/acme/']) {
      const url = `${begin}${path.replace('MARK', program)}`;
      const asked = (async () => bench.open({ environment }, url).branchHead('main'))();
      await expect(asked).rejects.toMatchObject({
        name: expect.stringMatching(/^(InvalidInput|NotFound|Refused|Unavailable)$/),
      });
      expect(existsSync(made)).toBe(false);
    }
    execFileSync(join(bin, 'ssh'), ['-x', `${program} || true`], { env: environment });
    expect(existsSync(made)).toBe(true);
    rmSync(made);
  });
});
