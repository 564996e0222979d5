import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from './json-schemas.ts';

// `npm run build:schemas` runs this; a test fails while what is committed is not what this writes.
const directory = new URL('../../docs/schemas/', import.meta.url);
await mkdir(directory, { recursive: true });
for (const [name, content] of jsonSchemas()) {
  await writeFile(new URL(name, directory), content);
  process.stdout.write(`${fileURLToPath(new URL(name, directory))}\n`);
}
