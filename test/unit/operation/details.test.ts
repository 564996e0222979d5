import { describe, expect, it } from 'vitest';
import { operationDetails } from '../../../src/operation/details.ts';
import { hold, promotionWith, request, sha, unhealthy } from './status-examples.ts';

describe('Current details', () => {
  it('show each environment in a row with links, and below what is awaited', () => {
    const text = operationDetails(
      promotionWith({
        state: 'needs attention',
        config: sha('e'),
        request,
        fleet: unhealthy,
        approval: { by: 'ann', at: '', head: sha('b') },
        message: 'one failed',
        waitingFor: ['us/apps/new'],
      }),
    );
    expect(text).toContain(
      '| prod | needs attention | 01-02 03:04:05 | `aaaaaaaa` | `eeeeeeee` | [#7](https://forge.test/acme/gitops/pull/7) | 1 of 3 | ann (as given) |',
    );
    expect(text).toContain('- **prod**: one failed');
    expect(text).toContain('  - prod-2 unknown: no answer');
    expect(text).toContain('not on main at this commit: us/apps/new');
  });

  it('say what is under way', () => {
    const first = (...[environment, rest]: Parameters<typeof promotionWith>) =>
      operationDetails(promotionWith(environment, rest)).split('\n')[0];
    expect(first({})).toBe('**Raise the limits** (`aaaaaaaa` of acme/platform): **running**');
    expect(first({}, { kind: 'config change', subject: 'More memory' })).toBe(
      'Config change: **More memory** (`aaaaaaaa` of acme/platform): **running**',
    );
    expect(first({}, { kind: 'rollback', subject: '', commit: '' })).toBe('Rollback: (acme/platform): **running**');
  });

  it('name an operation only where it is not what the operation is about', () => {
    const stateOf = (kind: 'promotion' | 'rollback') =>
      operationDetails(promotionWith({ state: 'soaking', operation: 'rollback' }, { kind })).split('\n')[4];
    expect(stateOf('promotion')).toContain('| soaking (rollback) |');
    expect(stateOf('rollback')).toContain('| soaking |');
  });

  it('show who holds, and who goes on in spite of it', () => {
    const held = { state: 'held', hold, message: 'prod is held by bob: Christmas' } as const;
    expect(operationDetails(promotionWith(held)).match(/Christmas/g)).toHaveLength(1);
    const approved = operationDetails(
      promotionWith({
        state: 'pull request open',
        hold,
        override: { by: 'ann', at: '', reason: 'the shop is down' },
        approval: { by: 'ann', at: '', head: sha('b'), override: true },
      }),
    );
    expect(approved).toContain('  - held by bob (as given) until 2027-01-04T07:00:00.000Z: Christmas');
    expect(approved).toContain('  - goes on in spite of a hold, by ann (as given): the shop is down');
    expect(approved).toContain('| ann (as given) (override) |');
  });

  it('say why a request does not have the label of its state', () => {
    const unlabelled = '#7 could not be labelled deployed. The rate limit is used up.';
    expect(operationDetails(promotionWith({ unlabelled }))).toContain(`  - ${unlabelled}`);
  });

  it('are not broken by what people write', () => {
    const text = operationDetails(promotionWith({ message: 'a|b <img>\n# title' }, { subject: '**x** | y' }));
    expect(text).toContain('\\*\\*x\\*\\* \\| y');
    expect(text).toContain('a\\|b \\<img\\> # title');
  });

  it('stay below what Temporal shows', () => {
    const message = 'ø…'.repeat(15_000);
    expect(Buffer.byteLength(operationDetails(promotionWith({ message })))).toBeLessThan(20_000);
  });
});
