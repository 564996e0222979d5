import { describe, expect, it } from 'vitest';
import { details } from '../../../src/promotion/details.ts';
import { promotionWith, request, sha, unhealthy } from './status-examples.ts';

describe('Current details', () => {
  it('show each environment in a row with links, and below what is awaited', () => {
    const text = details(
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
      '| prod | needs attention | 01-02 03:04:05 | `aaaaaaaa` | `eeeeeeee` | [#7](https://forge.test/acme/gitops/pull/7) | 1 of 3 | ann |',
    );
    expect(text).toContain('- **prod**: one failed');
    expect(text).toContain('  - prod-2 unknown: no answer');
    expect(text).toContain('not on main at this commit: us/apps/new');
  });

  it('are not broken by what people write', () => {
    const text = details(promotionWith({ message: 'a|b <img>\n# title' }, { subject: '**x** | y' }));
    expect(text).toContain('\\*\\*x\\*\\* \\| y');
    expect(text).toContain('a\\|b \\<img\\> # title');
  });

  it('stay below what Temporal shows', () => {
    const message = 'ø…'.repeat(15_000);
    expect(Buffer.byteLength(details(promotionWith({ message })))).toBeLessThan(20_000);
  });
});
