import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lackingFor, scopeFor } from '../../../../src/forge/github/app/permissions.ts';

const docs = readFileSync(new URL('../../../../docs/github.md', import.meta.url), 'utf8');

describe('The manifest of the App in the docs', () => {
  const [, manifest = ''] = /name="manifest"[^>]*value='([^']*)'/.exec(docs) ?? [];
  const granted = (JSON.parse(manifest) as { default_permissions: Readonly<Record<string, string>> })
    .default_permissions;

  it('asks for all that Fairlead uses, and for nothing else', () => {
    // An installation that was granted everything gets what each use wants.
    const everything = new Proxy<Record<string, string>>({}, { get: () => 'write' });
    const uses = ['fetch', 'push', 'api'] as const;
    for (const use of uses) expect(scopeFor(use, granted)).toEqual(scopeFor(use, everything));
    const wanted = uses.map((use) => scopeFor(use, everything).permissions);
    expect(granted).toEqual(Object.assign({}, ...wanted));
  });
});

describe('What an installation lacks', () => {
  it('is nothing where it was granted what the use wants, or more', () => {
    expect(lackingFor('push', { contents: 'write' })).toEqual({ needed: [], wished: [] });
    expect(lackingFor('fetch', { contents: 'write' })).toEqual({ needed: [], wished: [] });
  });

  it('is told apart by whether anything goes on without it', () => {
    const granted = { contents: 'read', pull_requests: 'write', checks: 'read', administration: 'read' };
    expect(lackingFor('api', granted)).toEqual({
      needed: ['contents: write'],
      wished: ['deployments: write', 'merge_queues: write', 'statuses: write'],
    });
  });
});
