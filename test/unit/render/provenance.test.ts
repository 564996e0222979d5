import { expect, test } from 'vitest';
import { parseProvenance, printProvenance } from '../../../src/render/layout/provenance.ts';
import { version } from '../../../src/version.ts';

const provenance = {
  revision: { main: 'a'.repeat(40), config: '0123456789'.repeat(4) },
  groups: new Map([
    ['us/east', ['infra', 'apps']],
    ['eu', ['apps']],
  ]),
  renderer: { kustomize: 'v0.21.2', helm: 'v4.3.1' },
};

test('provenance has its revision on one line and is sorted', () => {
  expect(printProvenance(provenance)).toBe(
    `# Written by Fairlead: what the folders of these groups were rendered from.
format: 1
revision: ${'a'.repeat(40)}+${'0123456789'.repeat(4)}
groups:
  "eu": ["apps"]
  "us/east": ["apps", "infra"]
renderer:
  "helm": "v4.3.1"
  "kustomize": "v0.21.2"
`,
  );
});

test('what is printed is read back', () => {
  const read = parseProvenance(printProvenance(provenance));
  expect(read.revision).toEqual(provenance.revision);
  expect(read.groups.get('us/east')).toEqual(['apps', 'infra']);
  expect(read.renderer).toEqual(provenance.renderer);
  const empty = { ...provenance, groups: new Map(), renderer: {} };
  expect(parseProvenance(printProvenance(empty))).toEqual(empty);
});

test('it is read back as it was printed, however large, and small also in another form', () => {
  const groups = new Map(Array.from({ length: 2_000 }, (_, index) => [`g${index}/x`, ['a "b" \\ é', 'apps', 'infra']]));
  expect(parseProvenance(printProvenance({ ...provenance, groups })).groups).toEqual(groups);
  const text = printProvenance(provenance);
  for (const other of [text.replaceAll('"', ''), text.replace(/^#.*\n/, '').replace('"helm"', 'helm'), `${text}\n\n`])
    expect(parseProvenance(other)).toEqual(parseProvenance(text));
  expect(parseProvenance(text.replace('"eu":', '"__proto__":')).groups.get('__proto__')).toEqual(['apps']);
  expect(() => parseProvenance(text.replace('"eu"', '"../x"'))).toThrow('"../x" is no group or category');
});

test('much of it in another form is not parsed, which would take seconds', () => {
  for (const rest of ['[]'.repeat(100_000), '&a '.repeat(70_000), '@\n'.repeat(100_000)])
    expect(() => parseProvenance(`${printProvenance(provenance)}x: ${rest}`)).toThrow('otherwise than by Fairlead');
});

test('keys of later versions are passed over', () => {
  expect(parseProvenance(`${printProvenance(provenance)}signature: x\n`).revision).toEqual(provenance.revision);
});

test('without a format it is of the first, and a newer one is refused with the version that runs', () => {
  const text = printProvenance(provenance);
  expect(parseProvenance(text.replace('format: 1\n', ''))).toEqual(parseProvenance(text));
  expect(() => parseProvenance(text.replace('format: 1', 'format: 2'))).toThrow(
    `.fairlead/provenance.yaml has format 2, which a newer Fairlead wrote; this is Fairlead ${version}, which knows`,
  );
});

test('a revision of digits only is still text', () => {
  const text = printProvenance({ ...provenance, revision: { main: '1'.repeat(40), config: '2'.repeat(40) } });
  expect(parseProvenance(text).revision.main).toBe('1'.repeat(40));
});

test.each([
  ['<<<<<<< HEAD\nrevision: x\n', 'is damaged'],
  [`revision: ${'a'.repeat(40)}\n`, `revision is "${'a'.repeat(40)}", not <main sha>+<config sha>`],
  ['groups: {}\n', 'revision is missing'],
  ['format: new\n', 'format is "new"'],
  [`revision: ${'a'.repeat(40)}+${'b'.repeat(40)}\ngroups: [eu]\n`, 'groups is not a map'],
])('%j is damaged', (text, expected) => {
  expect(() => parseProvenance(text)).toThrow(expected);
});
