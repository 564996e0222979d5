import { expect, test } from 'vitest';
import { mostInStage, parsePlatform } from '../../../src/platform/platform.ts';
import { version } from '../../../src/version.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { failureOf, platformHeader, platformText } from './examples.ts';

const file = 'fairlead.yaml of main';
const twice = newKey().listed;
const problemsOf = (text: string) => {
  const failure = failureOf(() => parsePlatform(text, file));
  expect(failure.type).toBe('InvalidConfig');
  return failure.message.split('\n');
};

test('the example of the design is read with its stages in order', () => {
  expect(parsePlatform(platformText, file)).toEqual({
    name: 'acme',
    sourceRepository: 'https://github.com/acme/platform-src',
    gitopsRepository: 'https://github.com/acme/platform-gitops',
    stages: [['dev'], ['qa'], ['prod-us', 'prod-eu']],
  });
});

test('source and gitops may be left out', () => {
  expect(parsePlatform(`${platformHeader}stages: [dev]\n`, file)).toEqual({ name: 'acme', stages: [['dev']] });
});

test('the keys of the record are read, as one line or as PEM, with the time until which none is needed', () => {
  const keys = [newKey(), newKey()];
  const [first, second] = keys;
  const pem = second?.signing.public.key.export({ format: 'pem', type: 'spki' }).toString() ?? '';
  const indented = pem.trim().replaceAll('\n', '\n        ');
  const text = `record:\n  publicKeys:\n    - ${first?.listed}\n    - |\n        ${indented}\n`;
  const { record } = parsePlatform(`${platformText}${text}  unsignedBefore: 2026-12-01T08:00:00Z\n`, file);
  expect(record?.publicKeys.map(({ id }) => id)).toEqual(keys.map(({ signing }) => signing.public.id));
  expect(record?.unsignedBefore).toBe('2026-12-01T08:00:00.000Z');
  expect(parsePlatform(`${platformText}${text}`, file).record?.unsignedBefore).toBeUndefined();
});

test.each([
  ['no key', 'record: { publicKeys: [] }', 'publicKeys is an empty list.'],
  ['what is no key', 'record: { publicKeys: [AAAA] }', 'publicKeys[0] is not shown here. Write an Ed25519 public key'],
  [
    'a key twice',
    `record: { publicKeys: ["${twice}", "${twice}"] }`,
    'This key stands in the list already. Keep it once.',
  ],
  ['no keys', 'record: {}', 'List the keys.'],
  ['no time', `record: { publicKeys: ["${twice}"], unsignedBefore: 2026-12-01 }`, 'Write a time in UTC such as'],
  ['no such time', `record: { publicKeys: ["${twice}"], unsignedBefore: 2026-13-01T00:00:00Z }`, 'Write a time in UTC'],
])('a record with %s is an error with its line and the remedy', (_, text, problem) => {
  expect(problemsOf(`${platformText}${text}\n`)).toEqual([expect.stringMatching(/line 7: /)]);
  expect(problemsOf(`${platformText}${text}\n`)[0]).toContain(problem);
});

test('an unknown key is an error with the key that was probably meant', () => {
  expect(problemsOf(`${platformText}stagse: [dev]\n`)).toEqual([
    `${file}, line 7: unknown key "stagse". Did you mean "stages"?`,
  ]);
});

test('an unknown key that resembles none lists the known ones, and says where it stands', () => {
  expect(problemsOf(`${platformHeader}stages: [dev]\ngitops:\n  repository: /srv/gitops.git\n  colour: red\n`)).toEqual(
    [
      `${file}, line 7: unknown key "colour" in gitops. Known here: repository. This is Fairlead ${version}: if a newer one brought the key, update it.`,
    ],
  );
});

test('an environment named twice is an error, also across stages', () => {
  expect(problemsOf(`${platformHeader}stages:\n  - dev\n  - [qa,\n     dev]\n`)).toEqual([
    `${file}, line 7: stages[1][1] is "dev". The environment "dev" is listed in \`stages\` twice. Name it once.`,
  ]);
});

test('a stage with more environments than a workflow can carry on at once is an error', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `eu-${index}`).join(', ');
  const { stages } = parsePlatform(`${platformHeader}stages:\n  - [${names(mostInStage)}]\n`, file);
  expect(stages[0]).toHaveLength(150);
  expect(problemsOf(`${platformHeader}stages:\n  - dev\n  - [${names(mostInStage + 1)}]\n`)).toEqual([
    expect.stringMatching(
      /^fairlead\.yaml.*, line 6: stages\[1\] is .*It lists 151 environments, and a stage takes 150 at most: part it into several/,
    ),
  ]);
});

test('an empty stage and an empty list of stages are errors', () => {
  expect(problemsOf(`${platformHeader}stages: [dev, []]\n`)[0]).toContain('line 4: stages[1] is an empty list.');
  expect(problemsOf(`${platformHeader}stages: []\n`)[0]).toContain('line 4: stages is an empty list.');
});

test.each(['-dev', 'de v', '../dev', 'a..b', 'dev;ls', '$(id)', 'dev/', 'a/b', '.dev', 'dev.lock', 'x'.repeat(101)])(
  'the name %j cannot be an environment',
  (name) => {
    expect(problemsOf(`${platformHeader}stages: [${JSON.stringify(name)}]\n`)[0]).toContain('Write a name of letters');
  },
);

test.each(['main', 'HEAD'])('%s is not the branch of an environment', (name) => {
  expect(problemsOf(`${platformHeader}stages: [${name}]\n`)[0]).toContain(`"${name}" cannot be the branch`);
});

test('a number in place of a name is told to be quoted', () => {
  expect(problemsOf(`${platformHeader}stages: [2024]\n`)[0]).toContain(
    'stages[0] is 2024. Write the name of an environment',
  );
  expect(problemsOf(`${platformHeader}stages: [2024]\n`)[0]).toContain('quote it');
});

test('all problems of a file are told at once, in the order of its lines', () => {
  const problems = problemsOf(`apiVersion: fairlead.dev/v1
kind: Platform
colour: red
stages: [dev, dev, "-x"]
gitops: { repository: ftp://example.com/a/b }
`);
  expect(problems.map((problem) => problem.replace(/^.*, (line \d+: \S+).*$/, '$1'))).toEqual([
    'line 1: name',
    'line 3: unknown',
    'line 4: stages[2]',
    'line 4: stages[1]',
    'line 5: gitops.repository',
  ]);
});

test('credentials in a URL are refused and never repeated', () => {
  const [problem] = problemsOf(
    `${platformHeader}stages: [dev]\ngitops: { repository: "https://bot:s3cret@github.com/a/b" }\n`,
  );
  expect(problem).toContain('Give the URL without it; credentials belong');
  expect(problem).not.toContain('s3cret');
});

test('a file of the other kind is told where it belongs, and nothing else', () => {
  expect(problemsOf('apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\n')).toEqual([
    `${file}, line 2: kind is "Environment". Write \`kind: Platform\`. At the root of main stands the Platform file; an Environment file belongs to a config branch.`,
  ]);
});

test('a wrong or missing apiVersion is named', () => {
  expect(problemsOf('apiVersion: v1\nkind: Platform\n')[0]).toBe(
    `${file}, line 1: apiVersion is "v1". Write \`apiVersion: fairlead.dev/v1\`. Fairlead ${version} knows no other.`,
  );
  expect(problemsOf('kind: Platform\n')[0]).toContain('apiVersion is missing.');
  expect(problemsOf('apiVersion: fairlead.dev/v2\nkind: Platform\n')[0]).toBe(
    `${file}, line 1: apiVersion is "fairlead.dev/v2". Write \`apiVersion: fairlead.dev/v1\`. fairlead.dev/v2 needs a newer Fairlead than ${version}.`,
  );
});
