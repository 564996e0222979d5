import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareObjects } from '../../../src/diff/fields.ts';
import { valueText } from '../../../src/diff/value.ts';
import { object, told } from './objects.ts';

const secret = (rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: db }\n${rest}`;

test('what a Secret holds is told by its keys, and what it is in clear', () => {
  expect(
    told(
      secret('type: Opaque\ndata: { password: aHVudGVyMg==, user: YWRh, gone: eA== }\nstringData: { a: same }'),
      secret('type: other\ndata: { password: aHVudGVyMw==, user: YWRh, new: eA== }\nstringData: { a: same }'),
    ),
  ).toEqual([
    'removed data.gone, hidden',
    'added data.new, hidden',
    'changed data.password, hidden',
    'type: "Opaque" → "other"',
  ]);
});

test.each([
  ['data that comes as a whole', '', 'data: { password: hunter2 }', ['added data.password, hidden']],
  ['data that is no map', 'data: hunter1', 'data: hunter2', ['changed data, hidden']],
  ['a misspelt field', 'dta: { password: hunter1 }', 'dta: { password: hunter2 }', ['changed dta.password, hidden']],
  ['data that becomes a text', 'data: { password: hunter1 }', 'data: hunter2', ['changed data, hidden']],
])('%s is not shown either', (...[, before, after, words]) => {
  expect(told(secret(before), secret(after))).toEqual(words);
});

test('the copy that kubectl keeps is not shown, of whatever it is', () => {
  const copy = (text: string) =>
    `kind: ConfigMap\nmetadata: { annotations: { kubectl.kubernetes.io/last-applied-configuration: '${text}', other: x } }`;
  expect(told(copy('{"data":"hunter1"}'), copy('{"data":"hunter2"}'))).toEqual([
    'changed metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"], hidden',
  ]);
  expect(told('kind: ConfigMap\nmetadata: {}', copy('hunter2'))).toEqual([
    '+ metadata.annotations: {"kubectl.kubernetes.io/last-applied-configuration":"(hidden)","other":"x"}',
  ]);
});

test('a Secret inside of another object is one, too', () => {
  const list = (password: string) =>
    `kind: List\nitems: [{ kind: Secret, metadata: { name: db }, data: { password: ${password} } }]`;
  expect(told(list('hunter1'), list('hunter2'))).toEqual(['changed items[0].data.password, hidden']);
  expect(told('kind: List\nitems: []', list('hunter2'))).toEqual([
    '+ items[0]: {"kind":"Secret","metadata":{"name":"db"},"data":{"password":"(hidden)"}}',
  ]);
});

test('no value of a Secret is ever in an answer', () => {
  const values = fc.string({ minLength: 12, maxLength: 40 }).map((text) => `hunter${text}`);
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), values);
  const holder = fc.record({ data, stringData: data, more: fc.oneof(values, data) }, { requiredKeys: [] });
  const wrap = fc.constantFrom<(each: object) => object>(
    (each) => each,
    (each) => ({ kind: 'List', items: [each] }),
    (each) => ({ kind: 'Template', spec: { template: each } }),
  );
  fc.assert(
    fc.property(holder, holder, wrap, (before, after, wrapped) => {
      const [one, other] = [before, after].map((fields) =>
        JSON.stringify(wrapped({ kind: 'Secret', metadata: { name: 'db' }, ...fields })),
      );
      const there = compareObjects(object(one ?? ''), object(other ?? ''));
      const whole = compareObjects(object('kind: A'), object(one ?? ''));
      for (const { path, before: was = null, after: is = null } of [...there, ...whole])
        expect(valueText([path, was, is])).not.toContain('hunter');
    }),
  );
});
