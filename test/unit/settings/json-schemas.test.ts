import { readdir, readFile } from 'node:fs/promises';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemas } from '../../../src/settings/json-schemas.ts';
import { environmentHeader, environmentText, platformHeader, platformText } from '../platform/examples.ts';

const directory = new URL('../../../docs/schemas/', import.meta.url);

function validator(kind: 'platform' | 'environment' | 'worker'): ValidateFunction {
  return new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(jsonSchemas().get(`${kind}.schema.json`) ?? '{}'),
  );
}

test('the committed schemas are what `npm run build:schemas` writes', async () => {
  const schemas = jsonSchemas();
  const committed = (await readdir(directory)).filter((name) => [...schemas.keys()].includes(name));
  expect(committed.toSorted()).toEqual([...schemas.keys()].toSorted());
  for (const [name, content] of schemas) expect(await readFile(new URL(name, directory), 'utf8')).toBe(content);
});

const worker = 'apiVersion: fairlead.dev/v1\nkind: Worker\n';

test.each([
  ['platform', platformText],
  ['platform', `${platformHeader}stages: [dev]\n`],
  ['environment', environmentText],
  ['environment', `${environmentHeader}clusters: none\n`],
  ['environment', `${environmentHeader}clusters: [{ name: a, group: us, context: b }]\nwithoutClusters: [us/east]\n`],
  [
    'environment',
    `${environmentHeader}clusters: none\nwhenNewer: wait\nfreeze: [{ from: Fri 16:00, to: Mon 08:00, reason: weekend }]\n`,
  ],
  [
    'environment',
    `${environmentHeader}clusters: [{ name: a, group: us }]\nmaxUnavailable: 5%\nguard: { share: 0.1, kinds: [Namespace] }\nverify: [{ object: Job/smoke }, { http: "https://a.example" }]\n`,
  ],
  ['worker', worker],
  [
    'worker',
    `${worker}forges: [{ host: github.com, kind: github, token: { file: /run/token } }]\nrenderer: { timeLimit: 5s }\n`,
  ],
] as const)('the schema of %s takes a good file', (kind, text) => {
  const validate = validator(kind);
  validate(parse(text));
  expect(validate.errors).toBeNull();
});

test.each([
  ['platform', 'an unknown key', `${platformText}colour: red\n`],
  ['platform', 'no stages', platformHeader],
  ['platform', 'an empty stage', `${platformHeader}stages: [dev, []]\n`],
  ['platform', 'a bad name', `${platformHeader}stages: ["a..b"]\n`],
  ['platform', 'the other kind', environmentText],
  ['environment', 'no clusters', environmentHeader],
  ['environment', 'an empty list of clusters', `${environmentHeader}clusters: []\n`],
  ['environment', 'an unknown policy', `${environmentHeader}clusters: none\nmerge: maybe\n`],
  ['environment', 'a bad duration', `${environmentHeader}clusters: none\nsoak: 10 minutes\n`],
  ['environment', 'a cluster without a group', `${environmentHeader}clusters: [{ name: a }]\n`],
  [
    'environment',
    'a window without a reason',
    `${environmentHeader}clusters: none\nfreeze: [{ from: Fri 16:00, to: Mon 08:00 }]\n`,
  ],
  [
    'environment',
    'a bad day',
    `${environmentHeader}clusters: none\nfreeze: [{ from: Frid 16:00, to: Mon 08:00, reason: x }]\n`,
  ],
  ['environment', 'a share of all clusters', `${environmentHeader}clusters: none\nmaxUnavailable: 100%\n`],
  ['environment', 'a share beyond all', `${environmentHeader}clusters: none\nguard: { share: 20 }\n`],
  ['environment', 'a check of nothing', `${environmentHeader}clusters: none\nverify: [{ object: smoke }]\n`],
  ['worker', 'a URL where a host belongs', `${worker}allow: { httpChecks: ["https://a.example"] }\n`],
  ['worker', 'a secret in the file', `${worker}forges: [{ host: github.com, kind: github, token: ghp_x }]\n`],
  ['worker', 'an unknown kind of forge', `${worker}forges: [{ host: github.com, kind: svn }]\n`],
] as const)('the schema of %s refuses %s', (kind, _what, text) => {
  expect(validator(kind)(parse(text))).toBe(false);
});
