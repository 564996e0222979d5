import { describe, expect, test } from 'vitest';
import { namespaceFrom } from '../../../src/render/leaf/namespace.ts';
import type { ObjectId } from '../../../src/render/types.ts';
import { base, type Content, fileIn, kustomization, link, refusal, repository, requestOf } from './trees.ts';

const chart = { 'infra/log/forwarder/Chart.yaml': 'name: forwarder', 'infra/log/forwarder/templates/x.yaml': 'x' };
const path = 'us/east/infra/log/forwarder';

function leaf(config: Readonly<Record<string, Content>>, main: Readonly<Record<string, Content>> = chart) {
  return requestOf({ main, config: { [`${path}/.gitkeep`]: '', ...config } }, path, 'found');
}

describe('a chart', () => {
  test('comes with all its files, named after the leaf, its output as a kustomization', () => {
    const request = leaf({});
    expect(request).toEqual({
      root: '/chart',
      files: {
        '/main/infra/log/forwarder/Chart.yaml': 'name: forwarder',
        '/main/infra/log/forwarder/templates/x.yaml': 'x',
        '/chart/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- "output.yaml"\n',
      },
      chart: {
        directory: '/main/infra/log/forwarder',
        outputFile: '/chart/output.yaml',
        valuesFiles: [],
        releaseName: 'forwarder',
        namespace: 'found',
        includeCRDs: true,
        apiVersions: [],
      },
    });
  });

  test('takes every values.yaml from the root of the branch down to the leaf, outermost first', () => {
    const places = ['', 'us/', 'us/east/', 'us/east/infra/', 'us/east/infra/log/', `${path}/`];
    const values = Object.fromEntries(places.map((place) => [`${place}values.yaml`, `at: "${place}"`]));
    const request = leaf({ ...values, 'us/west/values.yaml': 'other: 1', 'us/west/infra/log/forwarder/.gitkeep': '' });
    expect(request.chart?.valuesFiles).toEqual(places.map((place) => `/config/${place}values.yaml`));
    expect(fileIn(request, `/config/${path}/values.yaml`)).toBe(`at: "${path}/"`);
    expect(request.files['/config/us/west/values.yaml']).toBeUndefined();
  });

  test('has its symlinks followed and packed dependencies unharmed', () => {
    const packed = Buffer.from([0x1f, 0x8b, 0xff]);
    const main = {
      ...chart,
      'infra/log/forwarder/charts/dep.tgz': packed,
      'infra/log/forwarder/files': link('../../../lib'),
      'lib/a.txt': 'a',
    };
    const request = leaf({}, main);
    expect(fileIn(request, '/main/infra/log/forwarder/files/a.txt')).toBe('a');
    expect(request.binaryFiles).toEqual({ '/main/infra/log/forwarder/charts/dep.tgz': packed.toString('base64') });
  });

  test('with a symlink out of the tree is refused', () => {
    const main = { ...chart, 'infra/log/forwarder/files': link('/etc') };
    expect(refusal({ main, config: { [`${path}/.gitkeep`]: '' } })).toContain('outside of the repository');
  });
});

describe('kustomize files of the leaf apply to the output of the chart', () => {
  const root = `/config/${path}`;
  test('of a kustomization, with a reference and without', () => {
    const expected = 'resources: ["../../../../../../chart"]\nnamePrefix: a-\n';
    expect(fileIn(leaf({ [`${path}/kustomization.yaml`]: 'namePrefix: a-\n' }), `${root}/kustomization.yaml`)).toBe(
      expected,
    );
    const referring = `resources: ["${repository}//infra/log/forwarder?ref=main"]\nnamePrefix: a-\n`;
    expect(fileIn(leaf({ [`${path}/kustomization.yaml`]: referring }), `${root}/kustomization.yaml`)).toBe(expected);
  });
  test('of configs, overlays and a Component', () => {
    const layers = leaf({ [`${path}/configs/a.yaml`]: 'a', [`${path}/overlays/b.yaml`]: 'b' });
    expect(layers.root).toBe(root);
    expect(fileIn(layers, `${root}/kustomization.yaml`)).toContain('- "../../../../../../chart"\n- "configs/a.yaml"');
    const component = leaf({ [`${path}/kustomization.yaml`]: 'kind: Component\nnamePrefix: a-\n' });
    expect(fileIn(component, '/leaf/kustomization.yaml')).toContain(
      'resources:\n- "../chart"\ncomponents:\n- "../config/',
    );
  });
  test('but no other leaf can refer to it', () => {
    const config = { 'eu/apps/shop/kustomization.yaml': kustomization(`${repository}//infra/log/forwarder`) };
    expect(refusal({ main: { ...chart, ...base('apps/shop') }, config })).toContain(
      'infra/log/forwarder is a chart. Only its own leaf can refer to it',
    );
  });
});

describe('helm.yaml', () => {
  test('in the leaf wins over the one beside the chart', () => {
    const main = { ...chart, 'infra/log/forwarder/helm.yaml': 'namespace: logs\nhooks: drop\napiVersions: [a/v1]\n' };
    const config = {
      [`${path}/helm.yaml`]: 'hooks: keep\nreleaseName: fluent\nincludeCRDs: false\nkubeVersion: "1.33.0"\n',
    };
    expect(leaf(config, main).chart).toMatchObject({
      namespace: 'logs',
      hooks: 'keep',
      apiVersions: ['a/v1'],
      releaseName: 'fluent',
      includeCRDs: false,
      kubeVersion: '1.33.0',
    });
  });
  test.each([
    ['hook: keep', 'line 1: unknown key "hook". Did you mean "hooks"?'],
    ['\nhooks: maybe', 'line 2: hooks is "maybe". Write keep or drop, or a map of hooks such as {Job migrate: drop}.'],
    ['hooks:\n  Job a: drop\n  Job b: run', 'line 3: hooks.Job b is "run". Write one of: keep, drop.'],
    ['releaseName: "--post-renderer=x"', 'releaseName is "--post-renderer=x". Write lower-case letters'],
    ['namespace: A b', 'namespace is "A b". Write the name of a namespace'],
    ['kubeVersion: 1.30', 'kubeVersion is 1.3. Write a version such as "1.33.0", in quotes.'],
    ['includeCRDs: "yes"', 'includeCRDs is "yes". Write true or false.'],
    ['apiVersions: a/v1', 'apiVersions is "a/v1". Write a list of API versions'],
    ['- a', 'Write a map with these keys: releaseName, namespace'],
    ['a: [', 'not valid YAML'],
  ])('%j is an error with line, value and remedy', (text, expected) => {
    const message = refusal({ main: chart, config: { [`${path}/helm.yaml`]: text } });
    expect(message).toContain(expected);
    expect(message).toContain(`config cccccccc, ${path}/helm.yaml`);
  });
  test('answers hooks one by one, with the place of each answer', () => {
    const answers = (file: string, text: string) => leaf({ [file]: text }).chart;
    const chartOf = answers(`${path}/helm.yaml`, 'hooks:\n  Job seed: keep\n  Job migrate: drop\n');
    const place = (line: number) => `config cccccccc, ${path}/helm.yaml, line ${line}`;
    expect(chartOf?.hooks).toBeUndefined();
    expect(chartOf?.hookAnswers).toEqual([
      { object: 'Job seed', answer: 'keep', place: place(2) },
      { object: 'Job migrate', answer: 'drop', place: place(3) },
    ]);
  });
  test('answers what is unstable, with the place of each answer', () => {
    const text = `unstable:
- {object: Secret grafana, keep: true}
- {object: Secret m/redis, field: data.password, value: "s3cret"}
- object: Deployment web
  field: spec.template.metadata.annotations.rollme
  drop: true
`;
    const place = (line: number) => `config cccccccc, ${path}/helm.yaml, line ${line}`;
    expect(leaf({ [`${path}/helm.yaml`]: text }).chart?.unstable).toEqual([
      { object: 'Secret grafana', answer: 'keep', place: place(2) },
      { object: 'Secret m/redis', field: 'data.password', answer: 'value', value: 's3cret', place: place(3) },
      {
        object: 'Deployment web',
        field: 'spec.template.metadata.annotations.rollme',
        answer: 'drop',
        place: place(4),
      },
    ]);
  });
  test.each([
    ['unstable: all', 'unstable is "all". Write a list such as [{object: Secret grafana,'],
    ['unstable: [{object: grafana, keep: true}]', 'unstable[0].object is "grafana". Write kind and name'],
    ['unstable: [{keep: true}]', 'unstable[0].object is missing. Write kind and name'],
    [
      'unstable:\n- {object: Secret a, field: f}',
      'line 2: unstable[0] is a map. Write one of `drop: true`, `keep: true`',
    ],
    ['unstable: [{object: Secret a, keep: true, drop: true}]', 'unstable[0] is a map. Write one of'],
    ['unstable: [{object: Secret a, field: f, keep: hunter2}]', 'unstable[0] is a map. Write one of'],
    ['unstable: [{object: Secret a, field: f, value: 86420}]', 'the value in quotes'],
    ['unstable: [{object: Secret a, value: "hunter2"}]', 'unstable[0] is a map. A value needs the `field`'],
    ['unstable: [{object: Secret a, values: hunter2}]', 'unknown key "values" in unstable[0]. Did you mean "value"?'],
    [
      'unstable:\n- {object: Secret a, keep: true}\n- {object: Secret b, keep: true}\n- {object: Secret a, drop: true}',
      'line 4: unstable[2] is a map. This is answered twice',
    ],
  ])('%j is an error that quotes no secret', (text, expected) => {
    const message = refusal({ main: chart, config: { [`${path}/helm.yaml`]: text } });
    expect(message).toContain(expected);
    expect(message).not.toMatch(/hunter2|86420/);
  });
  test('has a bound for what it answers', () => {
    const entries = Array.from({ length: 1_001 }, (_, index) => `- {object: Secret s${index}, keep: true}\n`);
    const config = { [`${path}/helm.yaml`]: `unstable:\n${entries.join('')}` };
    expect(refusal({ main: chart, config })).toContain('Write 1000 entries at most');
  });
  test('may be empty', () => {
    expect(leaf({ [`${path}/helm.yaml`]: '# nothing yet\n' }).chart?.releaseName).toBe('forwarder');
  });
  test('is needed where the name of the leaf cannot be that of a release', () => {
    const main = { 'infra/Log_Forwarder/Chart.yaml': 'name: x' };
    expect(refusal({ main, config: { 'eu/infra/Log_Forwarder/.gitkeep': '' } })).toContain(
      'set releaseName in helm.yaml',
    );
  });
});

describe('the namespace of a release', () => {
  const namespace = (name: string): ObjectId => ({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name });
  const parent = (path: string, ...objects: readonly ObjectId[]) => ({ path, output: { yaml: '', objects } });
  test('is the one Namespace of the closest parent that has one', () => {
    const other: ObjectId = { apiVersion: 'x/v1', kind: 'Namespace', namespace: '', name: 'no' };
    expect(
      namespaceFrom([parent('a/b/c'), parent('a/b', other, namespace('near')), parent('a', namespace('far'))]),
    ).toEqual({ namespace: 'near' });
  });
  test('is an error where two would do, or none', () => {
    expect(namespaceFrom([parent('a/b', namespace('x'), namespace('y'))])).toMatchObject({
      problem: expect.stringContaining('a/b renders the Namespaces x, y'),
    });
    expect(namespaceFrom([parent('a/b')])).toMatchObject({
      problem: expect.stringContaining('none of its parents (a/b) renders a Namespace'),
    });
    expect(namespaceFrom([])).toMatchObject({ problem: expect.stringContaining('it has no parent in this group') });
  });
});
