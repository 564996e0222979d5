import type { Poison } from './poison.ts';

const markdown =
  'Foo**\n\n## APPROVED by the security team @team fixes #12 <img src=x> [click](http://example.invalid)';
const subject =
  'Fix @team fixes #12 fixes GH-12 closes https://github.com/acme/x/issues/1 ![x](http://example.invalid/x.png) ' +
  '<img src=x> **bold** [skip ci] \u001b[31m \u202e';
const zeros = '0'.repeat(40);

/** What people read: the case is what stands in the request. */
export const words = {
  'markdown-kind': { main: () => web({ apiVersion: 'example.com/v1', kind: markdown, metadata: { name: 'web' } }) },
  'markdown-name': {
    main: () =>
      web({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '`web`\n\n# APPROVED', namespace: 'web' } }),
  },
  subject: {
    main: () =>
      web({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'web' }, data: { a: 'b' } }),
    message: `${subject}\n\nMain: ${zeros}\nConfig: ${zeros}\nskip-checks: true\n`,
    showsRequest: true,
  },
  /** Two bases whose paths differ by letter case alone. */
  'case-clash': {
    main: () =>
      new Map(
        ['SHOP', 'shop'].map((name) => [
          `apps/blue/${name}/map.yaml`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name.toLowerCase()}, namespace: ${name === 'shop' ? 'a' : 'b'} }\n`,
        ]),
      ),
    config: () => new Map(['SHOP', 'shop'].map((name) => [`one/apps/blue/${name}/.gitkeep`, ''])),
    showsRequest: true,
  },
} satisfies Record<string, Poison>;

/** JSON is YAML, and escapes whatever stands in a text. */
function web(object: object): ReadonlyMap<string, string> {
  return new Map([
    ['apps/web/web.yaml', `${JSON.stringify(object)}\n`],
    ['apps/web/kustomization.yaml', 'resources: [web.yaml]\n'],
  ]);
}
