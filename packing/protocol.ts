import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Shortens the description of Temporal's protocol, from which each command that asks Temporal makes objects first: Temporal Cloud's
 * management, the worker's core, and what describes the protocol to other tools are left out. No command asks for these. It is
 * read as JSON, which is faster than the same text as a program.
 */
export const protocolAsJson: Plugin = {
  name: 'protocol as JSON',
  setup({ onLoad }) {
    onLoad({ filter: /@temporalio[\\/]proto[\\/]protos[\\/]json-module\.js$/ }, async ({ path }) => ({
      contents: asJson(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** Packages of the protocol, by the last part of their names. */
const unused = new Set(['coresdk', 'cloud']);

/** Rewrites the module that protobufjs generates. Throws where it does not look as expected. */
export function asJson(module: string): string {
  const [, before, literal, after] = /^([\s\S]*?\.addJSON\()(\{[\s\S]*\})(\);[\s\S]*)$/.exec(module) ?? [];
  if (before === undefined || literal === undefined || after === undefined)
    throw new Error('The description of the protocol in @temporalio/proto has another form: see packing/protocol.ts.');
  const json = JSON.stringify(JSON.parse(literal), (key, value) =>
    unused.has(key) ? undefined : withoutNotes(key, value),
  );
  return `${before}JSON.parse(${JSON.stringify(json)})${after}`;
}

/** Leaves out options with a name in parentheses, which are extensions: HTTP paths and documentation. */
function withoutNotes(key: string, value: unknown): unknown {
  if (key === 'parsedOptions') return undefined;
  if (key !== 'options' || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('(')));
}
