import { expect, it } from 'vitest';
import type { Io } from '../../../src/cli/io.ts';
import { personFrom } from '../../../src/cli/options.ts';

const ioWith = (env: NodeJS.ProcessEnv): Io => ({
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  env,
  cwd: '/',
});

const outside = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_DIR: '/nowhere',
  PATH: process.env.PATH,
};
/** What git's configuration says of who somebody is. */
const gitName = (name: string) => ({
  ...outside,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'user.name',
  GIT_CONFIG_VALUE_0: name,
});

it("Whoever acts is who they say, else git's user, else the system's", async () => {
  expect(await personFrom('ada', ioWith(gitName('grace')))).toBe('ada');
  expect(await personFrom(undefined, ioWith(gitName('grace')))).toBe('grace');
  expect(await personFrom(undefined, ioWith({ ...outside, USER: 'lin' }))).toBe('lin');
});

it.each([
  ['--by', 'fairlead', {}],
  ['--by, among others, as holds that were joined are shown', 'ada; Fairlead', {}],
  ['--by, twice', 'Temporal ;freeze', {}],
  ["git's configuration", undefined, gitName('Fairlead')],
  ["the system's user", undefined, { ...outside, USER: 'freeze' }],
])('Nobody may take the name of Fairlead itself: by %s', async (_how, by, env) => {
  await expect(personFrom(by, ioWith(env))).rejects.toThrow('stands for Fairlead itself. Say who you are');
});
