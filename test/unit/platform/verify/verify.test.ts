import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '../../../../src/platform/environment.ts';
import { checkName, means } from '../../../../src/platform/verify/verify-check.ts';
import { environmentHeader, failureOf } from '../examples.ts';

const file = 'fairlead.yaml of branch qa';
const platform = { gitopsRepository: 'https://github.com/acme/platform-gitops' };
const parse = (text: string) =>
  parseEnvironment(`${environmentHeader}clusters: [{ name: qa-1, group: us }]\n${text}`, {
    file,
    name: 'qa',
    platform,
  });
const problemsOf = (text: string) => failureOf(() => parse(text)).message.split('\n');
const minute = 60_000;

describe('The key verify', () => {
  it('lists checks of objects and of URLs, with their defaults', () => {
    const { verify } = parse(`verify:
  - { object: Job/smoke }
  - { object: Job/tests/smoke-*, timeout: 20m }
  - { http: "https://shop.example.com/health?token=x" }
  - { http: "http://shop.internal:8080", expect: 204, for: 2m, timeout: 1m }
`);
    expect(verify).toEqual([
      { kind: 'object', object: { kind: 'Job', name: 'smoke' }, timeoutMs: 10 * minute },
      { kind: 'object', object: { kind: 'Job', namespace: 'tests', name: 'smoke-*' }, timeoutMs: 20 * minute },
      {
        kind: 'http',
        url: 'https://shop.example.com/health?token=x',
        expect: 200,
        forMs: 0,
        timeoutMs: 10 * minute,
      },
      { kind: 'http', url: 'http://shop.internal:8080', expect: 204, forMs: 2 * minute, timeoutMs: minute },
    ]);
    expect(verify.map(checkName)).toEqual([
      'Job/smoke',
      'Job/tests/smoke-*',
      'https://shop.example.com/health',
      'http://shop.internal:8080',
    ]);
  });

  it('lists checks of the forge, which are on main', () => {
    const { verify } = parse(`verify:
  - { checks: [e2e, "ci / build (1.2)"], on: main, timeout: 2h }
  - { checks: [load] }
`);
    expect(verify).toEqual([
      { kind: 'checks', checks: ['e2e', 'ci / build (1.2)'], on: 'main', timeoutMs: 120 * minute },
      { kind: 'checks', checks: ['load'], on: 'main', timeoutMs: 10 * minute },
    ]);
    expect(verify.map(checkName)).toEqual(['e2e, ci / build (1.2) on main', 'load on main']);
  });

  it('refuses checks of the forge with line, value and remedy', () => {
    const problems = problemsOf(`verify:
  - { checks: [] }
  - { checks: [e2e, e2e] }
  - { checks: e2e }
  - { checks: [fairlead/qa] }
  - { checks: [e2e], on: qa }
  - { checks: [load], expect: 200 }
  - { http: "https://shop.example.com/", on: main }
  - { checks: [soak], http: "https://shop.example.com/2" }
  - { checks: [" "] }
  - { checks: [a, b] }
  - { checks: [b, a] }
`);
    expect(problems.map((problem) => problem.replace(`${file}, `, ''))).toEqual([
      expect.stringMatching(/^line 5: verify\[0\]\.checks is .*Name one check at least\./),
      'line 6: verify[1].checks[1] is "e2e". This check is named already. Keep one.',
      'line 7: verify[2].checks is "e2e". List the names of checks, such as [e2e].',
      expect.stringMatching(
        /^line 8: verify\[3\]\.checks\[0\] is "fairlead\/qa"\. This is a status of Fairlead itself/,
      ),
      'line 9: verify[4].on is "qa". Write main: the commit that is promoted.',
      'line 10: verify[5].expect is 200. It belongs to a check of `http`. Remove it here.',
      'line 11: verify[6].on is "main". It belongs to `checks`. Remove it here.',
      expect.stringMatching(
        /^line 12: verify\[7\]\.checks is .* This check has `http` already\. Make two checks of it\./,
      ),
      expect.stringMatching(/^line 13: verify\[8\]\.checks\[0\] is " "\. Write the name of a check/),
      expect.stringMatching(/^line 15: verify\[10\]\.checks is .* Another check is of the same\. Keep one\./),
    ]);
  });

  it('is empty where nobody writes it', () => {
    expect(parse('').verify).toEqual([]);
  });

  it('is refused with line, value and remedy', () => {
    const problems = problemsOf(`verify:
  - { object: job/smoke }
  - { object: Job/smoke, for: 2m }
  - { http: "https://bot:secret@shop.example.com/" }
  - { http: "https://shop.example.com/", expect: 99 }
  - { timeout: 5m }
  - { object: Job/other, http: "https://shop.example.com/other" }
  - { object: Secret/db }
  - { object: Job/smoke, timeouts: 1m }
`);
    expect(problems.map((problem) => problem.replace(`${file}, `, ''))).toEqual([
      'line 5: verify[0].object is "job/smoke". Write kind and name, or kind, namespace and name, such as Job/smoke or Job/tests/smoke; a name may end with "*".',
      'line 6: verify[1].for is "2m". It belongs to a check of `http`. Remove it here.',
      expect.stringMatching(/^line 7: verify\[2\]\.http is .* Write a URL such as .* without user, password/),
      'line 8: verify[3].expect is 99. Write the HTTP status of the answer, from 200 to 599.',
      expect.stringMatching(/^line 9: verify\[4\] is a map\. A check has `object`, `http` or `checks`/),
      'line 10: verify[5].http is "https://shop.example.com/other". This check has `object` already. Make two checks of it.',
      'line 11: verify[6].object is "Secret/db". A Secret has no status, and Fairlead reads no secrets. Name an object that says how it went.',
      'line 12: unknown key "timeouts" in verify[7]. Did you mean "timeout"?',
      'line 12: verify[7].object is "Job/smoke". Another check is of the same. Keep one.',
    ]);
    expect(problems.join()).not.toContain('secret@');
  });

  it('watches a URL for ten minutes at most', () => {
    expect(problemsOf('verify: [{ http: "https://a.example", for: 11m }]\n')).toEqual([
      `${file}, line 4: verify[0].for is "11m". Write 10m at most; \`soak\` makes a rollout last longer.`,
    ]);
  });

  it('cannot name an object where no cluster is looked at', () => {
    const none = (check: string) =>
      parseEnvironment(`${environmentHeader}clusters: none\nverify: [${check}]\n`, { file, name: 'qa', platform });
    expect(failureOf(() => none('{ object: Job/smoke }')).message).toBe(
      `${file}, line 4: verify[0].object is "Job/smoke", but with \`clusters: none\` there is no cluster to look at. Remove the check, or list the clusters.`,
    );
    expect(none('{ http: "https://shop.example.com" }').verify).toHaveLength(1);
  });
});

describe('A reference to an object', () => {
  const object = { kind: 'Job', namespace: 'tests', name: 'smoke-8f2' };

  it.each([
    [{ kind: 'Job', name: 'smoke-8f2' }, true],
    [{ kind: 'Job', namespace: 'tests', name: 'smoke-*' }, true],
    [{ kind: 'Job', namespace: 'other', name: 'smoke-*' }, false],
    [{ kind: 'Job', name: 'smoke' }, false],
    [{ kind: 'Pod', name: 'smoke-8f2' }, false],
  ])('%j means the one that it names: %s', (reference, expected) => {
    expect(means(reference, object)).toBe(expected);
  });
});

describe('The key maxUnavailable', () => {
  it('is a number of clusters or a share of them, and 0 where nobody writes it', () => {
    expect(parse('').maxUnavailable).toEqual({ clusters: 0 });
    expect(parse('maxUnavailable: 2\n').maxUnavailable).toEqual({ clusters: 2 });
    expect(parse('maxUnavailable: 10%\n').maxUnavailable).toEqual({ percent: 10 });
  });

  it.each(['-1', '1.5', '100%', 'some', '"10 %"', '[1]'])('%s is refused with what to write', (written) => {
    expect(problemsOf(`maxUnavailable: ${written}\n`)).toEqual([
      expect.stringMatching(/line 4: maxUnavailable is .*\. Write a number of clusters such as 1, or a share of them/),
    ]);
  });
});
