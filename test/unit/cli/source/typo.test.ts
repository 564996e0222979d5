import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

const { path: directory, remove } = temporaryDirectory('typo');
afterAll(remove);

let source: TestRepository;

beforeAll(() => {
  source = platformRepository(join(directory, 'acme/platform.git'));
});

/** Nobody listens there: who gets as far as starting something ends with code 3, after five seconds, and not with 2. */
const env = () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1', FAIRLEAD_CACHE: join(directory, 'cache') });
const commit = 'a'.repeat(40);

const commands = (environment: string): readonly { readonly args: readonly string[] }[] => [
  { args: ['apply-config', '--environment', environment, '--commit', commit] },
  { args: ['rollback', environment, '--reason', 'checkout fails'] },
  { args: ['resume', environment] },
  { args: ['hold', environment, '--reason', 'load test'] },
  { args: ['status', '--environment', environment] },
];

describe.concurrent('A typo in the environment', () => {
  it.for(commands('qaa'))('of $args.0 starts nothing, and the nearest name is told', async ({ args }, { expect }) => {
    expect(await fairlead([...args, '--source', source.path], { env: env() })).toEqual({
      code: 2,
      out: '',
      err: '"qaa" is not listed in `stages` in fairlead.yaml of main; there are: dev, qa. Is "qa" meant?\n',
    });
  });

  it('is told before a commit that is called by the same name', async ({ expect }) => {
    const args = ['apply-config', '--environment', 'qaa', '--commit', 'qaa', '--source', source.path];
    const err = expect.stringContaining('Is "qa" meant?');
    expect(await fairlead(args, { env: env() })).toMatchObject({ code: 2, err });
  });
});

describe.concurrent('Temporal is asked', () => {
  const unreachable = { code: 3, out: '' };

  // Those that need no commit: the others are below.
  it.for(commands('qa').slice(-2))('by $args.0 of an environment that there is', async ({ args }, { expect }) => {
    expect(await fairlead([...args, '--source', source.path], { env: env() })).toMatchObject(unreachable);
  });

  it.for([
    { args: ['promote'] },
    { args: ['apply-config', '--environment', 'qa'] },
    { args: ['rollback', 'qa', '--reason', 'x'] },
  ])('by $args.0 with any full commit id; a short one that is unknown is refused', async ({ args }, { expect }) => {
    const option = args[0] === 'rollback' ? '--to' : '--commit';
    const run = (id: string) => fairlead([...args, option, id, '--source', source.path], { env: env() });
    expect(await run('b'.repeat(40))).toMatchObject(unreachable);
    expect(await run('bbbbbbb')).toMatchObject({ code: 2, err: expect.stringContaining('has no commit "bbbbbbb"') });
  });
});
