import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleProgram, strangers } from '../../../packing/bundle.ts';
import { noticesOf } from '../../../packing/notices.ts';
import { checkFiles, writeChecksums } from '../../../packing/pack.ts';
import { checkProgram, isExecutableOf } from '../../../packing/program-file.ts';
import { asJson } from '../../../packing/protocol.ts';
import { type PackagedPlatform, packagedPlatforms } from '../../../src/programs/platform-package.ts';
import { temporaryDirectory } from '../../support/git.ts';

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('packing');
});
afterEach(() => place.remove());

function written(path: string, content: string | Buffer): string {
  const file = join(place.path, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** The beginnings of executables, as the linker of Go writes them. */
const heads: Readonly<Record<PackagedPlatform, Buffer>> = {
  'linux-x64': head('7f454c46020101000000000000000000', '02003e00'),
  'linux-arm64': head('7f454c46020101000000000000000000', '0200b700'),
  'darwin-x64': head('cffaedfe07000001'),
  'darwin-arm64': head('cffaedfe0c000001'),
  'win32-x64': Buffer.concat([
    head('4d5a'.padEnd(0x3c * 2, '0'), '80000000', ''.padEnd(0x40 * 2, '0'), '50450000', '6486'),
  ]),
};

function head(...parts: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from(parts.join(''), 'hex'), Buffer.alloc(64)]);
}

describe('a program', () => {
  test('is one of its own platform alone', () => {
    for (const platform of packagedPlatforms)
      expect(packagedPlatforms.filter((each) => isExecutableOf(each, heads[platform]))).toEqual([platform]);
    for (const platform of packagedPlatforms) expect(isExecutableOf(platform, Buffer.from('#!/bin/sh\n'))).toBe(false);
  });

  test('that is missing, or is for another platform, cannot be packed', async () => {
    const file = written('bin/fairlead-renderer', heads['linux-x64']);
    await expect(checkProgram(file, 'linux-x64')).resolves.toBeUndefined();
    await expect(checkProgram(file, 'linux-arm64')).rejects.toThrow(
      `The package of linux-arm64 cannot be packed: ${file} is no executable of linux-arm64.`,
    );
    await expect(checkProgram(`${file}.exe`, 'win32-x64')).rejects.toThrow(`${file}.exe is missing.`);
  });
});

test('a package without a file that it needs cannot be packed, and the file is named', async () => {
  const staged = { manifest: { name: 'fairlead', version: '1.2.3', files: [] }, needed: ['dist/main.js', 'LICENSE'] };
  await expect(checkFiles(staged, async (file) => file === 'LICENSE')).rejects.toThrow(
    'fairlead cannot be packed: dist/main.js is missing.',
  );
  await expect(checkFiles(staged, async () => true)).resolves.toBeUndefined();
});

test('checksums are those that sha256sum compares', async () => {
  written('b.tgz', 'b');
  written('a.tgz', '');
  await writeChecksums(place.path, ['b.tgz', 'a.tgz']);
  expect(readFileSync(join(place.path, 'SHA256SUMS'), 'utf8')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.tgz\n' +
      '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.tgz\n',
  );
});

test('the licences of what is built in go along, in files or by name', async () => {
  written('a/LICENSE', 'Do as you please.\n');
  written('b/package.json', JSON.stringify({ license: 'MIT', author: { name: 'Ada' } }));
  written('c/main.go', 'package c\n');
  const library = (name: string) => ({ name, version: '1.0.0', directory: join(place.path, name) });
  const text = await noticesOf([library('b'), library('a')]);
  expect(text).toMatch(/a 1\.0\.0\n\nDo as you please\.\n\n-+\n\nb 1\.0\.0\n\nLicence: MIT\. Copyright Ada\n$/);
  await expect(noticesOf([library('c')])).rejects.toThrow('no file with a licence');
});

describe('a bundle', () => {
  test('loads in parts, and says which libraries it has', async () => {
    written('node_modules/tool/package.json', JSON.stringify({ name: 'tool', version: '1.2.3', main: 'index.js' }));
    written('node_modules/tool/index.js', "module.exports = require('node:os').EOL;");
    written('main.js', "import('./late.js').then(({ text }) => process.stdout.write(text));");
    written('late.js', "import tool from 'tool';\nexport const text = JSON.stringify(tool);");
    const libraries = await bundleProgram({
      root: place.path,
      entries: { main: 'main.js' },
      outDirectory: join(place.path, 'out'),
    });
    expect(libraries).toEqual([{ name: 'tool', version: '1.2.3', directory: join(place.path, 'node_modules/tool') }]);
    expect(readFileSync(join(place.path, 'out/main.js'), 'utf8')).not.toContain('EOL');
  });

  test('that asks for a package which is not built in is refused, with the module that asks', () => {
    const imports = [
      { path: '@temporalio/worker', kind: 'import-statement', external: true } as const,
      { path: 'node:fs', kind: 'import-statement', external: true } as const,
    ];
    expect(strangers({ inputs: { 'src/a.ts': { bytes: 1, imports } } })).toEqual([
      'src/a.ts asks for @temporalio/worker, which is not built in, and the package has no dependencies.',
    ]);
  });
});

describe("the description of Temporal's protocol", () => {
  const api = {
    nested: { cloud: { nested: {} }, common: { nested: { Payload: { fields: { data: { type: 'bytes', id: 2 } } } } } },
  };
  const rpc = { options: { '(google.api.http).get': '/x', deprecated: true }, parsedOptions: [{ a: 1 }] };
  const description = { coresdk: { nested: {} }, temporal: { nested: { api }, rpc } };
  const module = `var $root = new Root()\n.addJSON(${JSON.stringify(description, null, 2)});\n\nmodule.exports = $root;\n`;

  test('is read as JSON, without what no command asks for', () => {
    const read = new Function('Root', 'module', `${asJson(module)}; return $root.read;`);
    class Root {
      read: unknown;
      addJSON(json: unknown) {
        this.read = json;
        return this;
      }
    }
    expect(read(Root, {})).toEqual({
      temporal: { nested: { api: { nested: { common: api.nested.common } } }, rpc: { options: { deprecated: true } } },
    });
  });

  test('of another form is refused', () => {
    expect(() => asJson('module.exports = {};')).toThrow('has another form');
  });
});
