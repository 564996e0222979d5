import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RecordEntry, recordName } from '../../../src/record/entry.ts';
import { parseEntries, printEntry } from '../../../src/record/lines.ts';
import { readPublicKey, readSigningKey } from '../../../src/record/signing/keys.ts';
import { createProofMemory } from '../../../src/record/signing/proof-memory.ts';
import { signLine } from '../../../src/record/signing/signature.ts';
import { lineTrust } from '../../../src/record/signing/trust.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { createTestRepository, temporaryDirectory } from '../../support/git.ts';

const commit = 'c0'.repeat(20);
const where = { repository: 'github.com/acme/platform-gitops', branch: 'prod' };
const place = { ...where, commit };
const entry: RecordEntry = { time: '2026-03-01T10:00:00.000Z', event: 'held', by: 'Ada', reason: 'audit "ü"' };
const key = newKey();
const other = newKey();
const line = signLine(key.signing, place, printEntry(entry, 4));

/** Reads one line with these keys listed, at the place for which it was signed, or another. */
function read(text: string, { keys = [key, other], at = commit, in: there = where, before = '' } = {}) {
  const publicKeys = keys.map(({ signing }) => signing.public);
  const trust = lineTrust({ publicKeys, ...(before && { unsignedBefore: before }) }, there, createProofMemory());
  const { entries, unproven, namesUnlisted } = parseEntries(new Map([[at, [text]]]), trust);
  return { entries, whys: unproven.map(({ unproven: why }) => why), namesUnlisted };
}

describe('A signed line of the record', () => {
  it('is the same however often it is signed, and counts with its number by any listed key', () => {
    expect(signLine(key.signing, place, printEntry(entry, 4))).toBe(line);
    expect(line.startsWith(printEntry(entry, 4).slice(0, -1))).toBe(true);
    expect(read(line)).toEqual({ entries: [{ ...entry, commit, holds: 4 }], whys: [], namesUnlisted: false });
    expect(read(signLine(other.signing, place, printEntry(entry))).entries).toEqual([{ ...entry, commit }]);
  });

  it('is read by one that lists no key as every other line, and its number says nothing there', () => {
    expect(read(line, { keys: [] }).entries).toEqual([{ ...entry, commit }]);
  });

  it.each([
    ['on another commit', line, { at: 'd1'.repeat(20) }],
    ['on another branch', line, { in: { ...where, branch: 'qa' } }],
    ['in another repository', line, { in: { ...where, repository: 'github.com/acme/other' } }],
    ['with another word', line.replace('Ada', 'Eve'), {}],
    ['with another number', line.replace('"holds":4', '"holds":9'), {}],
    ['with a key more', line.replace('"v":1', '"v":1,"until":"2030-01-01T00:00:00.000Z"'), {}],
  ])('does not count %s', (_, text, more) => {
    expect(read(text, more)).toEqual({
      entries: [],
      whys: [`has a wrong signature: the key ${key.signing.public.id} did not sign this line here`],
      namesUnlisted: false,
    });
  });

  it('is not looked for among more forged ones than can be checked, unless they count without', () => {
    const forged = (wrong: number) => {
      const lines = Array.from({ length: wrong }, (_, index) => line.replace('"holds":4', `"holds":${index + 10}`));
      return new Map([[commit, [line, ...lines]]]);
    };
    const keys = { publicKeys: [key.signing.public] };
    const { entries, unproven } = parseEntries(forged(1_000), lineTrust(keys, where));
    expect([entries.length, unproven.length]).toEqual([1, 1_000]);
    expect(() => parseEntries(forged(1_001), lineTrust(keys, where))).toThrow(
      /more than 1000 lines with a wrong signature, one of them on c0c0.* was moved/,
    );
    const moved = lineTrust({ ...keys, unsignedBefore: '2026-04-01T00:00:00.000Z' }, where);
    expect(parseEntries(forged(1_001), moved).entries).toHaveLength(1_002);
  });

  it('is not looked for where none is needed, after as many wrong ones, nor among those of a newer format', () => {
    const keys = { publicKeys: [key.signing.public], unsignedBefore: '2026-04-01T00:00:00.000Z' };
    const trust = lineTrust(keys, where);
    if (trust === undefined) throw new Error('there are keys');
    let checked = 0;
    const counting: typeof trust = {
      ...trust,
      doubt(...given) {
        checked += 1;
        return trust.doubt(...given);
      },
    };
    const lines = Array.from({ length: 5_000 }, (_, index) => line.replace('"holds":4', `"holds":${index + 10}`));
    expect(parseEntries(new Map([[commit, lines]]), counting).entries).toHaveLength(5_000);
    expect(checked).toBe(1_000);
    checked = 0;
    const newer = lines.map((each) => each.replace('"v":1', '"v":99'));
    expect(() => parseEntries(new Map([[commit, newer]]), counting)).toThrow(
      'more than 1000 lines with a wrong signature',
    );
    expect(checked).toBe(1_001);
  });

  it('is read once as long as neither the lines nor the keys change', () => {
    const lines = new Map([[commit, [line]]]);
    const by = (one: typeof key, unsignedBefore?: string) =>
      parseEntries(
        lines,
        lineTrust({ publicKeys: [one.signing.public], ...(unsignedBefore && { unsignedBefore }) }, where),
      );
    const first = by(key);
    expect(by(key)).toBe(first);
    expect(by(other).entries).toEqual([]);
    expect(by(other, '2026-04-01T00:00:00.000Z').entries).toHaveLength(1);
    expect(parseEntries(lines).entries).toHaveLength(1);
    expect(by(key)).toEqual(first);
  });

  it('that is of a newer format stops the reading where a listed key signed it, and no other does', () => {
    const newer = '{"time":"2026-03-01T10:00:00.000Z","v":99}';
    expect(() => read(newer, { keys: [] })).toThrow('format 99');
    expect(() => read(signLine(key.signing, place, newer))).toThrow('format 99');
    expect(read(newer).entries).toEqual([]);
    expect(read(signLine(newKey().signing, place, newer)).entries).toEqual([]);
    expect(() => read(newer.replace('"v"', '"\\u0076"'), { keys: [] })).toThrow('format 99');
    expect(() => read(newer.replace('"v"', '"v":1,"v"'), { keys: [] })).toThrow('format 99');
  });

  it('does not count without a signature, or by a key that is not listed', () => {
    expect(read(printEntry(entry)).whys).toEqual(['is not signed']);
    expect(read(line.replace(/,"signature.*/, '}')).whys).toEqual(['is not signed']);
    expect(read(line, { keys: [other] })).toMatchObject({
      entries: [],
      whys: [`is signed with the key ${key.signing.public.id}, which is not listed`],
      namesUnlisted: true,
    });
  });

  it('may be older than the keys where the platform says so; its number says nothing then', () => {
    const before = '2026-03-01T10:00:00.001Z';
    expect(read(printEntry(entry), { before }).entries).toEqual([{ ...entry, commit }]);
    expect(read(line, { before, keys: [other] }).entries).toEqual([{ ...entry, commit }]);
    expect(read(printEntry(entry), { before: entry.time }).entries).toEqual([]);
  });
});

describe('Keys', () => {
  it('are what openssl makes, and what a line was signed with can be checked with openssl alone', () => {
    const directory = mkdtempSync(join(tmpdir(), 'keys-'));
    const at = (name: string) => join(directory, name);
    const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8' });
    try {
      openssl('genpkey', '-algorithm', 'ed25519', '-out', at('key.pem'));
      const pem = openssl('pkey', '-in', at('key.pem'));
      const pub = openssl('pkey', '-in', at('key.pem'), '-pubout');
      const made = readSigningKey(pem);
      if (made === undefined) throw new Error('it cannot be read');
      expect(readSigningKey(pem.replaceAll('\n', '\\n'))?.listed).toBe(made.listed);
      expect(pub.replaceAll('\n', '')).toContain(made.listed);
      for (const text of [pub, made.listed]) expect(readPublicKey(text)?.id).toBe(made.public.id);
      // As docs/signed-record.md says.
      const text = signLine(made, place, printEntry(entry, 4));
      const body = text.replace(/,"key":"[0-9a-f]*","signature":"[^"]*"}$/, '}');
      const signature = /"signature":"([^"]*)"/.exec(text)?.[1] ?? '';
      writeFileSync(at('text'), `fairlead-record 1\n${where.repository}\n${where.branch}\n${commit}\n${body}\n`);
      writeFileSync(at('signature'), Buffer.from(signature, 'base64'));
      writeFileSync(at('pub.pem'), pub);
      const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', at('pub.pem'), '-rawin', '-in', at('text')];
      expect(openssl(...verify, '-sigfile', at('signature'))).toContain('Verified Successfully');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('check a record with the script of docs/signed-record.md, by git and openssl alone', () => {
    const { path, remove } = temporaryDirectory('script');
    const at = (name: string) => join(path, name);
    try {
      const gitops = createTestRepository(at('gitops.git'));
      const noted = gitops.commit('us/east', { 'README.md': 'x' });
      const there = { repository: where.repository, branch: 'us/east', commit: noted };
      const good = signLine(key.signing, there, printEntry(entry, 1));
      const forged = printEntry({ ...entry, event: 'resumed', time: '2026-03-02T10:00:00.000Z' });
      const moved = signLine(key.signing, { ...there, branch: 'qa' }, printEntry(entry, 1));
      for (const each of [good, forged, moved])
        gitops.git(['notes', `--ref=${recordName('us/east')}`, 'append', '-m', each, noted]);
      const [script = ''] = /#!\/bin\/sh\n[\s\S]+?\n(?=```)/.exec(readFileSync('docs/signed-record.md', 'utf8')) ?? [];
      writeFileSync(at('check-record'), script);
      const pem = key.signing.public.key.export({ format: 'pem', type: 'spki' });
      writeFileSync(at('key.pem'), pem);
      const args = [at('check-record'), where.repository, 'us/east', at('key.pem')];
      const out = execFileSync('/bin/sh', args, { cwd: gitops.path, encoding: 'utf8' });
      expect(out.trim().split('\n')).toEqual([
        `signed ${noted} ${good}`,
        `NOT SIGNED ${noted} ${forged}`,
        `NOT SIGNED ${noted} ${moved}`,
      ]);
    } finally {
      remove();
    }
  });

  it('of another kind are none', () => {
    const directory = mkdtempSync(join(tmpdir(), 'keys-'));
    try {
      execFileSync('openssl', ['genpkey', '-algorithm', 'x25519', '-out', join(directory, 'key.pem')]);
      const pem = execFileSync('openssl', ['pkey', '-in', join(directory, 'key.pem')], { encoding: 'utf8' });
      const pub = execFileSync('openssl', ['pkey', '-in', join(directory, 'key.pem'), '-pubout'], { encoding: 'utf8' });
      expect(readSigningKey(pem)).toBeUndefined();
      expect(readPublicKey(pub)).toBeUndefined();
    } finally {
      rmSync(directory, { recursive: true });
    }
    for (const text of ['', 'AAAA', key.pem]) expect(readPublicKey(text)).toBeUndefined();
    for (const text of ['', 'secret', key.listed]) expect(readSigningKey(text)).toBeUndefined();
  });
});
