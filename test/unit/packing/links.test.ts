import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deadLinks, type LinkTargets, withLivingLinks } from '../../../packing/links.ts';
import { packStaged } from '../../../packing/pack.ts';
import { temporaryDirectory } from '../../support/git.ts';

const text = `See [the worker](../src/worker.ts#L3), [\`fairlead.yaml\`](fairlead-yaml.md#the-guard) and [here](#there).

| page | what |
|---|---|
| [how it is *built*](../ARCHITECTURE.md) | [site](https://example.com/src) ![picture](images/a.svg) |

Code stays: \`[x](../src/x.ts)\`. So does the second link: [src](../src), [src](../src).

[schemas]: ../src/schemas
`;
const isPacked = (path: string) => ['docs/fairlead-yaml.md', 'docs/images/a.svg', 'docs/page.md'].includes(path);
const page = { path: 'docs/page.md', text };

function living(urlOf: LinkTargets['urlOf'], page = { path: 'docs/page.md', text }): string {
  return withLivingLinks(page, { isPacked, urlOf });
}

test('a link to what is not packed leads to the repository, and all else stays as it is', () => {
  const url = 'https://github.com/acme/fairlead/blob/v1.2.3';
  expect(living((path) => `${url}/${path}`)).toBe(
    text
      .replace('](../src/worker.ts#L3)', `](${url}/src/worker.ts#L3)`)
      .replace('](../ARCHITECTURE.md)', `](${url}/ARCHITECTURE.md)`)
      .replaceAll('](../src)', `](${url}/src)`)
      .replace(']: ../src/schemas', `]: ${url}/src/schemas`),
  );
});

test('where no repository is known, its words stay without a link', () => {
  const inline = text.replace('[schemas]: ../src/schemas\n', '');
  const unlinked = living(() => undefined, { path: 'docs/page.md', text: inline });
  expect(unlinked).toBe(
    inline
      .replace('[the worker](../src/worker.ts#L3)', 'the worker')
      .replace('[how it is *built*](../ARCHITECTURE.md)', 'how it is *built*')
      .replaceAll('[src](../src)', 'src'),
  );
  expect(() => living(() => undefined)).toThrow('docs/page.md:9: the link to ../src/schemas cannot be rewritten.');
});

test('dead links are named with their place', () => {
  expect(deadLinks(page, { packageName: 'fairlead', isPacked })).toEqual(
    [
      [1, '../src/worker.ts#L3'],
      [5, '../ARCHITECTURE.md'],
      [7, '../src'],
      [7, '../src'],
      [9, '../src/schemas'],
    ].map(([line, url]) => `fairlead: docs/page.md:${line} links to ${url}, which is not in the package.`),
  );
  expect(deadLinks(page, { packageName: 'fairlead', isPacked: () => true })).toEqual([]);
});

test('a package with a dead link cannot be packed', async () => {
  const place = temporaryDirectory('links');
  const directory = join(place.path, 'package');
  mkdirSync(join(directory, 'docs'), { recursive: true });
  const manifest = { name: 'linked', version: '1.2.3', files: ['docs'] };
  const pack = (readme: string) => {
    writeFileSync(join(directory, 'README.md'), readme);
    writeFileSync(join(directory, 'docs/a.md'), '[back](../README.md)');
    writeFileSync(join(directory, 'left-out.md'), '');
    return packStaged({ directory, manifest, needed: [] }, place.path);
  };
  try {
    await expect(pack('[a](docs/a.md#b), [all](docs)')).resolves.toBe('linked-1.2.3.tgz');
    await expect(pack('[it](left-out.md)')).rejects.toThrow(
      'linked: README.md:1 links to left-out.md, which is not in the package.',
    );
  } finally {
    place.remove();
  }
});
