import { expect, test } from 'vitest';
import { told } from './objects.ts';

const pod = (spec: string) => `kind: Pod\nspec: ${spec}\n`;

test.each([
  ['a value', 'spec: { replicas: 1 }', 'spec: { replicas: 3 }', ['spec.replicas: 1 → 3']],
  ['its type alone', 'a: "1"', 'a: 1', ['a: "1" → 1']],
  ['a field that comes', 'a: 1', 'a: 1\nb: { c: 2 }', ['+ b: {"c":2}']],
  ['a field that goes', 'a: 1\nb: []', 'a: 1', ['- b: []']],
  ['a map that becomes a list', 'a: { b: 1 }', 'a: [1]', ['a: {"b":1} → [1]']],
  ['null, which is not nothing', 'a: {}', 'a: { b: null }', ['+ a.b: null']],
  [
    'a key with dots',
    'metadata: { labels: { a.b/c: x } }',
    'metadata: { labels: { a.b/c: y } }',
    ['metadata.labels["a.b/c"]: "x" → "y"'],
  ],
  ['a key of JavaScript', '__proto__: 1', '__proto__: 2', ['__proto__: 1 → 2']],
])('%s is told', (...[, before, after, words]) => {
  expect(told(before, after)).toEqual(words);
});

test.each([
  ['the order of keys', 'a: 1\nb: 2', 'b: 2\na: 1'],
  ['the form of the text', 'a: [x, y]\nb: "z"', "b: 'z'\na:\n- x\n- y"],
  ['an octal number', 'defaultMode: 0644', 'defaultMode: 420'],
  [
    'the order of containers',
    pod('{ containers: [{ name: a }, { name: b }] }'),
    pod('{ containers: [{ name: b }, { name: a }] }'),
  ],
  [
    'the order of env',
    pod('{ env: [{ name: A, value: x }, { name: B }] }'),
    pod('{ env: [{ name: B }, { name: A, value: x }] }'),
  ],
  [
    'the order of ports, and the default of a protocol',
    pod('{ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: UDP }] }'),
    pod('{ ports: [{ containerPort: 53, protocol: UDP }, { containerPort: 80 }] }'),
  ],
  ['the order of finalizers', 'metadata: { finalizers: [a, b] }', 'metadata: { finalizers: [b, a] }'],
  [
    'the order of keyed lists inside of lists without a key',
    'items: [{ env: [{ name: A }, { name: B }] }]',
    'items: [{ env: [{ name: B }, { name: A }] }]',
  ],
])('%s is no difference', (_, before, after) => {
  expect(told(before, after)).toEqual([]);
});

test('the items of lists are told apart by the keys that Kubernetes has', () => {
  expect(
    told(
      pod('{ containers: [{ name: app, image: "a:1" }, { name: old }], volumeMounts: [{ mountPath: /a, name: x }] }'),
      pod('{ containers: [{ name: new }, { name: app, image: "a:2" }], volumeMounts: [{ mountPath: /a, name: y }] }'),
    ),
  ).toEqual([
    'spec.containers[app].image: "a:1" → "a:2"',
    '- spec.containers[old]: {"name":"old"}',
    '+ spec.containers[new]: {"name":"new"}',
    'spec.volumeMounts[/a].name: "x" → "y"',
  ]);
});

test('a port is known by its number and its protocol', () => {
  expect(
    told(
      'ports: [{ port: 53, protocol: UDP, name: dns }, { port: 53, name: tcp }]',
      'ports: [{ port: 53, name: dns-tcp }, { port: 53, protocol: UDP, name: dns }]',
    ),
  ).toEqual(['ports[53/TCP].name: "tcp" → "dns-tcp"']);
});

test('where a key comes twice, items are told apart by what they are', () => {
  expect(
    told('env: [{ name: A, value: x }, { name: A, value: y }]', 'env: [{ name: A, value: y }, { name: A, value: z }]'),
  ).toEqual(['- env[0]: {"name":"A","value":"x"}', '+ env[1]: {"name":"A","value":"z"}']);
});

test.each([
  [
    'of containers that run one after the other',
    'initContainers: [{ name: a }, { name: b }]',
    'initContainers: [{ name: b }, { name: a }]',
    'initContainers',
  ],
  [
    'of steps that nobody here knows',
    'steps: [{ name: a }, { name: b }]',
    'steps: [{ name: b }, { name: a }]',
    'steps',
  ],
  ['of arguments', 'args: [a, b, c]', 'args: [b, c, a]', 'args'],
])('an order that may mean something is told: that %s', (...[, before, after, path]) => {
  expect(told(before, after)).toEqual([`${path} reordered`]);
});

test('an argument that comes moves no others', () => {
  expect(told('args: [a, b, c]', 'args: [a, x, b, c]')).toEqual(['+ args[1]: "x"']);
  expect(told('args: [a, b, c]', 'args: [a, c]')).toEqual(['- args[1]: "b"']);
  expect(told('args: [a, b, c]', 'args: [a, x, c]')).toEqual(['args[1]: "b" → "x"']);
});

test('in an item without a key that is replaced, the fields are told', () => {
  expect(
    told(
      'rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }, { resources: [x] }]',
      'rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }, { resources: [x] }]',
    ),
  ).toEqual(['+ rules[0].verbs[1]: "list"']);
});

test('lists that have nothing to do with each other are told as a whole', () => {
  const list = (name: string) =>
    `args: [${Array.from({ length: 20_000 }, (_, index) => `${name}${index}`).join(', ')}]`;
  expect(told(list('a'), list('b')).map((line) => line.slice(0, 12))).toEqual(['args: ["a0",']);
});
