import { type EnvironmentContext, parseEnvironment, parseGitopsTarget } from './environment.ts';
import { parsePlatform } from './platform.ts';
import type { Environment, GitopsTarget, Platform } from './types.ts';

/** What the files of a source repository are parsed to, by what is wanted of them. */
export interface ParsedSettings {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly gitopsTarget: GitopsTarget;
}

/** A file to parse, and what is wanted of it. */
export type SettingsFile<Kind extends keyof ParsedSettings = keyof ParsedSettings> = {
  readonly kind: Kind;
  readonly content: Uint8Array;
} & (Kind extends 'platform' ? { readonly file: string } : { readonly context: EnvironmentContext });

/** Parses a `fairlead.yaml`. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export type ParseSettings = <Kind extends keyof ParsedSettings>(
  file: SettingsFile<Kind>,
) => Promise<ParsedSettings[Kind]>;

/** Parses where it is called, which stands still meanwhile. Throws `Failure` InvalidConfig. */
export function parseSettingsHere<Kind extends keyof ParsedSettings>(file: SettingsFile<Kind>): ParsedSettings[Kind] {
  const content = Buffer.from(file.content.buffer, file.content.byteOffset, file.content.byteLength);
  const parsers: Readonly<Record<keyof ParsedSettings, () => ParsedSettings[keyof ParsedSettings]>> = {
    platform: () => parsePlatform(content, 'file' in file ? file.file : ''),
    environment: () => parseEnvironment(content, contextOf(file)),
    gitopsTarget: () => parseGitopsTarget(content, contextOf(file)),
  };
  return parsers[file.kind]() as ParsedSettings[Kind];
}

function contextOf(file: SettingsFile): EnvironmentContext {
  if ('context' in file) return file.context;
  throw new TypeError(`a ${file.kind} has no environment`);
}
