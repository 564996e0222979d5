import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodeOfFindings } from '../../../../src/cli/commands/operate/doctor.ts';
import { troubles } from '../../../../src/cli/doctor/catalogue.ts';
import { checks } from '../../../../src/cli/doctor/check-names.ts';
import { notAsked, well, wrong } from '../../../../src/cli/doctor/finding.ts';
import { partRemedy } from '../../../../src/cli/doctor/part-remedy.ts';
import { type Check, runChecks } from '../../../../src/cli/doctor/run-checks.ts';
import { Failure } from '../../../../src/failure.ts';

describe('docs/doctor.md', () => {
  const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8');

  it('lists every ✘ with its remedy as the code has them, and no other', () => {
    const [, section = ''] = page.split('## Every ✘');
    const rows = [...section.matchAll(/^\| (?!what is asked)(.*) \|$/gm)].map(([, row]) => row);
    const known = Object.values(troubles).map(({ check, when, remedy }) =>
      [check === undefined ? 'any' : checks[check], when, remedy].join(' | '),
    );
    expect(rows).toEqual(known);
  });
});

describe('A message', () => {
  it.each([
    [
      'Temporal does not answer at x:7233 (ECONNREFUSED). Start it, or set TEMPORAL_ADDRESS.',
      'Temporal does not answer at x:7233 (ECONNREFUSED).',
      'Start it, or set TEMPORAL_ADDRESS.',
    ],
    [
      'x denies access to y. Give the credential the permission. git says: Permission denied. Bye.',
      'x denies access to y. git says: Permission denied. Bye.',
      'Give the credential the permission.',
    ],
    ['Nothing more is known.', 'Nothing more is known.', undefined],
    ['fairlead.yaml:1: one. Mend it.\nfairlead.yaml:2: two. Mend it.', expect.stringContaining('\n'), undefined],
  ])('is parted into what is wrong and what mends it: %s', (message, detail, remedy) => {
    expect(partRemedy(message)).toEqual({ detail, ...(remedy && { remedy }) });
  });
});

describe('Checks', () => {
  const check = (about: string, ask: Check['ask'], limitMs = 2_000): Check => ({
    check: 'branch',
    about,
    limitMs,
    ask,
  });
  const fine = (about: string) => check(about, async () => ({ findings: [well({ check: 'branch', about }, 'fine')] }));

  it('are answered in their order, with what comes of each, whatever becomes of any', async () => {
    const findings = await runChecks([
      check('fails', () => Promise.reject(new Failure('NotFound', 'It is not there.'))),
      check('breaks', () => Promise.reject(new TypeError('x is not a function'))),
      {
        ...check('hangs', () => new Promise(() => undefined), 50),
        otherwise: [notAsked({ check: 'push' }, 'it hangs')],
      },
      check('leads on', async () => ({ findings: [], more: [fine('further')] })),
      fine('last'),
    ]);
    expect(findings).toMatchObject([
      { about: 'fails', state: 'wrong', trouble: 'check failed', type: 'NotFound', detail: 'It is not there.' },
      { about: 'breaks', state: 'wrong', type: 'Internal', detail: 'x is not a function' },
      { about: 'hangs', state: 'wrong', type: 'Unavailable', detail: 'No answer within 0.05 s.' },
      { check: 'push', state: 'not asked', detail: 'it hangs' },
      { about: 'further', state: 'well' },
      { about: 'last', state: 'well' },
    ]);
  });

  it('are made at once, and what is too slow is told to stop', async () => {
    const stopped: unknown[] = [];
    const began = Date.now();
    const hang = (about: string) =>
      check(
        about,
        (signal) => {
          signal.addEventListener('abort', () => stopped.push(about));
          return new Promise(() => undefined);
        },
        300,
      );
    await runChecks([hang('a'), hang('b'), hang('c')]);
    expect(Date.now() - began).toBeLessThan(850);
    expect(stopped).toEqual(['a', 'b', 'c']);
  });
});

describe('The exit code', () => {
  const mend = wrong('environment file', { detail: 'x' });
  const reach = wrong('temporal away', { detail: 'x', type: 'Unavailable' });
  const warned = wrong('nothing required under auto', { detail: 'x' });
  it('is 0 where nothing is wrong, whatever is warned of, 3 where something cannot be reached, else 2', () => {
    expect(exitCodeOfFindings([well({ check: 'branch' }, 'x'), notAsked({ check: 'push' }, 'y')])).toBe(0);
    expect(exitCodeOfFindings([warned])).toBe(0);
    expect(exitCodeOfFindings([mend, warned])).toBe(2);
    expect(exitCodeOfFindings([mend, reach])).toBe(3);
  });
});
