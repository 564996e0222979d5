import { sign, verify } from 'node:crypto';
import type { PublicKey, SigningKey } from './keys.ts';
import type { ProofMemory } from './proof-memory.ts';

/** Where a line of the record stands: a signature counts nowhere else. */
export interface LinePlace {
  /** The id of the GitOps repository, such as `github.com/acme/platform-gitops`. */
  readonly repository: string;
  /** The GitOps branch. */
  readonly branch: string;
  /** The commit of that branch that the line is a note of. */
  readonly commit: string;
}

/** The version of what is signed. It rises with every change of `signedText`. */
const signatureFormat = 1;

const signed = /^(?<body>\{.*),"key":"(?<key>[0-9a-f]{16})","signature":"(?<signature>[A-Za-z0-9+/]{86}==)"\}$/s;

/**
 * Answers the text that is signed for a line, whose last two keys are `key` and `signature`: five lines of UTF-8, of which
 * the last is the line itself without those two keys. docs/signed-record.md describes it for other tools.
 */
function signedText({ repository, branch, commit }: LinePlace, body: string): Buffer {
  return Buffer.from(`fairlead-record ${signatureFormat}\n${repository}\n${branch}\n${commit}\n${body}\n`, 'utf8');
}

/** Signs a line, JSON of one object. Ed25519 has no randomness: the same line at the same place is signed the same. */
export function signLine({ key, public: { id } }: SigningKey, place: LinePlace, line: string): string {
  const signature = sign(null, signedText(place, line), key).toString('base64');
  return `${line.slice(0, -1)},"key":"${id}","signature":"${signature}"}`;
}

/** Says who vouches for a line at a place. */
export type Proof =
  | { readonly kind: 'signed' }
  | { readonly kind: 'unsigned' }
  /** `key`: the id of the key that it names, and that is not listed. */
  | { readonly kind: 'unknown key'; readonly key: string }
  /** A listed key did not sign this line at this place. */
  | { readonly kind: 'wrong'; readonly key: string };

/** The keys that may vouch for lines, and what they vouched for before. */
export interface Vouchers {
  readonly publicKeys: readonly PublicKey[];
  readonly memory?: ProofMemory | undefined;
}

/** Checks the signature of a line against the listed keys. Text that is no line of ours is unsigned. */
export function proofOf({ publicKeys, memory }: Vouchers, place: LinePlace, line: string): Proof {
  const found = signed.exec(line)?.groups;
  const { body = '', key: id = '', signature = '' } = found ?? {};
  if (!found) return { kind: 'unsigned' };
  const named = publicKeys.find((key) => key.id === id);
  if (named === undefined) return { kind: 'unknown key', key: id };
  const text = signedText(place, `${body}}`);
  const check = () => verify(null, text, named.key, Buffer.from(signature, 'base64'));
  const isSigned = memory === undefined ? check() : memory.recall({ key: named, text, signature }, check);
  return isSigned ? { kind: 'signed' } : { kind: 'wrong', key: id };
}

/** Says why a line does not count, as part of a sentence; undefined: it is signed. */
export function unprovenWords(proof: Proof): string | undefined {
  switch (proof.kind) {
    case 'signed':
      return undefined;
    case 'unsigned':
      return 'is not signed';
    case 'unknown key':
      return `is signed with the key ${proof.key}, which is not listed`;
    case 'wrong':
      return `has a wrong signature: the key ${proof.key} did not sign this line here`;
  }
}
