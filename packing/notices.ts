import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A library that is built into a program, and where its files lie. */
export interface BuiltIn {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
}

/** Writes the licences of all libraries, which have to go along with a copy of them. */
export async function noticesOf(libraries: readonly BuiltIn[]): Promise<string> {
  const sorted = [...libraries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = await Promise.all(
    sorted.map(async ({ name, version, directory }) => `${name} ${version}\n\n${await licenceIn(directory)}`),
  );
  const rule = `\n\n${'-'.repeat(72)}\n\n`;
  return ['This program has the following libraries built in.', ...parts].join(rule).concat('\n');
}

async function licenceIn(directory: string): Promise<string> {
  const names = await readdir(directory);
  const files = names.filter((name) => /^(licence|license|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.length > 0 ? texts.join('\n\n').trim() : namedLicence(directory, names);
}

/** Some packages of npm only name their licence. */
async function namedLicence(directory: string, names: readonly string[]): Promise<string> {
  if (!names.includes('package.json')) throw new Error(`${directory} has no file with a licence.`);
  const { license, author } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest;
  if (typeof license !== 'string') throw new Error(`${directory} has no licence.`);
  const name = typeof author === 'string' ? author : author?.name;
  return name === undefined ? `Licence: ${license}` : `Licence: ${license}. Copyright ${name}`;
}

interface Manifest {
  readonly license?: unknown;
  readonly author?: string | { readonly name?: string };
}
