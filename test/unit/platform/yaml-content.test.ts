import { expect, test } from 'vitest';
import { checkInStages } from '../../../src/platform/check-environments.ts';
import { parseEnvironment } from '../../../src/platform/environment.ts';

const context = {
  file: 'fairlead.yaml',
  name: 'qa',
  platform: { gitopsRepository: 'https://github.com/acme/platform-gitops' },
};
const head = 'apiVersion: fairlead.dev/v1\nkind: Environment\n';
const parse = (content: string | Buffer) => parseEnvironment(content, context);

test('merge keys take over what a map does not say itself', () => {
  const text = `${head}clusters:\n  - &one { name: one, group: us/west }\n  - { <<: *one, name: two }\n`;
  expect(parse(text).clusters).toMatchObject([
    { name: 'one', group: 'us/west' },
    { name: 'two', group: 'us/west' },
  ]);
});

test('a file that is not UTF-8, or nests too deep, is told apart from one that is wrong', () => {
  expect(() => parse(Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe])]))).toThrow('it is not UTF-8 text');
  expect(() => parse(`${head}clusters: ${'['.repeat(20_000)}`)).toThrow('nested too deep');
});

test('an empty list of clusters is no clusters: none', () => {
  expect(() => parse(`${head}clusters: []\n`)).toThrow('An empty list may be a mistake');
  expect(parse(`${head}clusters: none\n`)).toBeDefined();
});

test('an environment that is not there is refused with the nearest name', () => {
  expect(() => checkInStages('prdo', { stages: [['dev'], ['prod']] })).toThrow('Is "prod" meant?');
});
