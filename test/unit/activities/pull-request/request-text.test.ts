import { describe, expect, it } from 'vitest';
import { type RequestFacts, requestBody, requestTitle } from '../../../../src/activities/pull-request/request-text.ts';
import { limitBody } from '../../../../src/forge/github/text.ts';

const sha = (digit: string) => digit.repeat(40);
const person = { name: 'Bob <b>', email: 'bob@acme.example', date: '2026-01-01T00:00:00Z' };
const commit = {
  sha: sha('a'),
  parents: [],
  tree: sha('1'),
  subject: 'Fix @all | things',
  author: person,
  committer: person,
};

const noChanges = { removed: 0, removals: [], highlights: [], byGroup: [], rewritten: 0, text: '' };

function facts(order: Partial<RequestFacts['order']> = {}, rest: Partial<RequestFacts> = {}): RequestFacts {
  return {
    order: {
      source: 'https://forge.test/acme/platform',
      environment: 'qa',
      gitops: { repository: 'https://forge.test/acme/gitops', branch: 'qa' },
      revision: { main: sha('a'), config: sha('c') },
      operation: 'promotion',
      commit: sha('2'),
      branch: `deploy/${sha('a')}/qa`,
      base: sha('3'),
      deployed: { main: sha('b'), config: sha('c') },
      waiting: [],
      workflowId: 'promote/acme/platform/a',
      ...order,
    },
    subject: 'Fix @all | things',
    main: { direction: 'on', commits: [commit], total: 42 },
    config: { direction: 'on', commits: [], total: 0 },
    changes: {
      ...noChanges,
      removed: 2,
      removals: ['- Namespace `old`, in all 2 groups'],
      counts: '1 removed, 1 changed',
      highlights: ['- image `shop:1` → `shop:2`: Deployment `blue/shop` in eu'],
      byGroup: ['- 1 removed, 1 changed in us'],
      text: '- **removed** ConfigMap `blue/old`',
    },
    commitUrl: (id) => `https://forge.test/acme/platform/commit/${id}`,
    ...rest,
  };
}

describe("A request's title", () => {
  it('says what goes where, as plain text on one line', () => {
    expect(requestTitle(facts())).toBe('Promote aaaaaaaa to qa: Fix @\u200ball | things');
    expect(requestTitle(facts({ operation: 'rollback' }))).toBe('Roll back qa to aaaaaaaa: Fix @\u200ball | things');
    expect(requestTitle(facts({ operation: 'config change' }))).toBe(
      'Configure qa with cccccccc: Fix @\u200ball | things',
    );
    expect(requestTitle(facts({}, { subject: 'x'.repeat(400) })).length).toBeLessThanOrEqual(200);
  });
});

describe("A request's body", () => {
  it('lists the commits that arrive, with links, and says how many more there are', () => {
    const body = requestBody(facts());
    expect(body).toContain('### Main commits since the deployed one: 42');
    expect(body).toContain(`[\`aaaaaaaa\`](https://forge.test/acme/platform/commit/${sha('a')})`);
    expect(body).toContain('… and 41 more');
  });

  it('says before the commits how many objects go, and behind them what changes', () => {
    const body = requestBody(facts());
    expect(body).toContain('> **2 objects are removed.**\n> - Namespace `old`, in all 2 groups\n\n### Main commits');
    expect(body).toContain('### Objects: 1 removed, 1 changed\n- **removed** ConfigMap `blue/old`');
    expect(body.indexOf('### Main commits')).toBeLessThan(body.indexOf('### Objects'));
    const one = requestBody(
      facts({}, { changes: { ...noChanges, removed: 1, counts: '1 removed', rewritten: 3, text: '- x' } }),
    );
    expect(one).toContain('> **1 object is removed.**');
    expect(one).toContain('- x\n\n3 files only get another form.');
  });

  it('tells what is looked for first at a glance, then the counts of each group, then each object', () => {
    const body = requestBody(facts());
    expect(body).toContain(
      '### At a glance\n- image `shop:1` → `shop:2`: Deployment `blue/shop` in eu\n\n### By group\n',
    );
    expect(body.indexOf('### By group')).toBeLessThan(body.indexOf('### Objects'));
    expect(requestBody(facts({}, { changes: noChanges }))).not.toMatch(/At a glance|By group/);
  });

  it('says where changes are too large to be compared, and links the files where they have a page', () => {
    const body = (filesUrl?: string) => requestBody(facts({}, { changes: undefined, filesUrl }));
    expect(body()).toContain('look at the files of this request.');
    expect(body('https://forge.test/f')).toContain('look at [the files of this request](https://forge.test/f).');
  });

  it('says before all else what the guard of the environment names', () => {
    const removals = { removed: 1, before: 2, objects: ['Namespace blue'], guarded: 1, groups: [], emptied: 0 };
    expect(requestBody(facts({ removals }))).toMatch(/^> \*\*This removes what the guard of `qa` names:\*\*/);
  });

  it('names what waits and what edits by hand are lost', () => {
    const body = requestBody(facts({ waiting: ['east/apps/late'], lostEdits: ['east/apps/shop/shop.yaml'] }));
    expect(body).toContain('- `east/apps/late`');
    expect(body).toContain('**lost** with this request\n- `east/apps/shop/shop.yaml`');
  });

  it('names what somebody else pushed under our name, and that it is overwritten', () => {
    const overwritten = ['abc1234 on deploy/x/qa carries the name of the bot: "@team fixes #1", which changed a.yaml.'];
    const body = requestBody(facts({ overwritten }));
    expect(body).toMatch(/by somebody else, and \*\*overwritten\*\*\n- abc1234 on .*a\\?\.yaml/);
    expect(body).not.toContain('@team fixes #1');
  });

  it('keeps what a reviewer must not miss where a forge cuts its end, however much stands beside it', () => {
    const long = { ...commit, subject: '_'.repeat(400), author: { ...person, name: '*'.repeat(400) } };
    const range = { direction: 'on', commits: Array.from({ length: 30 }, () => long), total: 30 } as const;
    const body = requestBody(
      facts(
        {
          lostEdits: Array.from({ length: 20 }, (_, index) => `east/apps/${'x'.repeat(4_000)}/${index}.yaml`),
          overwritten: ['abc1234 on deploy/x/qa'],
          ignoredNotes: ['The note of today'],
          waiting: Array.from({ length: 50 }, () => `east/apps/${'y'.repeat(4_000)}`),
        },
        {
          main: range,
          config: range,
          changes: { ...noChanges, removed: 7, counts: '7 removed', text: `- z\n${'- removed\n'.repeat(3_600)}` },
        },
      ),
    );
    const shown = limitBody(body);
    expect(shown.length).toBeLessThan(body.length);
    for (const text of ['/19.yaml`', 'abc1234 on', 'The note of today', '7 objects are removed', '\n- z\n'])
      expect(shown).toContain(text);
  });

  it('of a rollback says who asked and why', () => {
    const main = { direction: 'back', commits: [commit], total: 42 } as const;
    const body = requestBody(facts({ operation: 'rollback', requester: { by: 'olga', reason: 'it leaks' } }, { main }));
    expect(body).toContain("with today's config");
    expect(body).toContain('Asked by olga (as given): it leaks');
    expect(body).toContain('### Main commits taken back: 42');
    expect(body).not.toContain('Config commits');
  });

  it('of a rollback that takes config back says so, and lists what goes', () => {
    const config = { direction: 'back', commits: [{ ...commit, subject: 'More replicas' }], total: 1 } as const;
    const body = requestBody(facts({ operation: 'rollback' }, { config }));
    expect(body).toContain('with the config of then');
    expect(body).toContain('### Config commits taken back: 1');
    expect(body).toContain('More replicas');
  });

  it('of a config change lists config commits, and main commits only where the main commit moves with it', () => {
    const config = { direction: 'on', commits: [{ ...commit, subject: 'More replicas' }], total: 1 } as const;
    const none = { direction: 'on', commits: [], total: 0 } as const;
    const alone = requestBody(facts({ operation: 'config change' }, { config, main: none }));
    expect(alone).toContain('Config [`cccccccc`]');
    expect(alone).toContain('### Config commits since the deployed one: 1');
    expect(alone).not.toContain('### Main commits');
    const both = requestBody(facts({ operation: 'config change' }, { config }));
    expect(both.indexOf('### Config commits')).toBeLessThan(
      both.indexOf('### Main commits since the deployed one: 42'),
    );
  });

  it('says that no object changes where only the provenance does', () => {
    expect(requestBody(facts({}, { changes: noChanges }))).toContain('No object changes: only the commits');
    const forms = requestBody(facts({}, { changes: { ...noChanges, rewritten: 1 } }));
    expect(forms).toContain('No object changes: 1 file only gets another form.');
    expect(requestBody(facts())).not.toContain('No object changes');
  });

  it('shows the notes that were ignored', () => {
    const body = requestBody(
      facts({ ignoredNotes: ['The note of today on 12345678 names @all, which is not on main.'] }),
    );
    expect(body).toContain(
      '### Warnings, and notes that do not check out and were ignored\n- The note of today on 12345678',
    );
    expect(body).not.toContain('@all');
  });

  it('mentions nobody and is not broken by what people write', () => {
    const body = requestBody(facts());
    expect(body).not.toContain('@all');
    expect(body).toContain('Bob \\<b\\>');
    const other = requestBody(facts({ ignoredNotes: ['\\[ok\\](https://evil.test) (#12)'] }));
    expect(other).toContain('\\\\\\[ok\\\\\\](https:\u200b//evil.test) (#\u200b12)');
  });

  it('of a first request says that nothing was deployed', () => {
    expect(requestBody(facts({ deployed: undefined }))).toContain('Nothing was deployed here by Fairlead before.');
  });
});
