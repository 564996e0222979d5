import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { type RecordKeys, readSigningKey, type SigningKey } from '../../record/signing/keys.ts';
import { configFile } from '../platform-file.ts';
import { type ListedKeys, recordKeys } from './record-keys.ts';

/** What a worker signs the lines of a record with, and whose lines count there. */
export interface RecordSigner {
  /** Undefined: nothing is signed, because the worker has no key and the platform lists none. */
  readonly key: SigningKey | undefined;
  /** Those that the platform lists; where it lists none, the worker's own, so that it may sign before it is listed. */
  readonly keys: RecordKeys;
  /** The platform lists keys, so that nothing counts that none of them has signed. */
  readonly isEnforced: boolean;
}

type SignerDependencies = Pick<Dependencies, 'repositories' | 'signingKey'>;

/**
 * Answers what a worker signs with for a platform. Throws `Failure` InvalidConfig, with the line to add or the setting to
 * write, where its lines would not count. `source`: its URL; undefined: nobody says which platform it is.
 * `seen`: main's head of a minute ago is good enough where nothing is wrong there.
 */
export async function recordSigner(
  { repositories, signingKey: secret }: SignerDependencies,
  source: string | undefined,
  seen: 'recently' | 'now' = 'now',
): Promise<RecordSigner> {
  const key = await readOwnKey(secret);
  const isListed = ({ publicKeys }: ListedKeys) =>
    key !== undefined && publicKeys.some(({ id }) => id === key.public.id);
  const isUnsigned = ({ publicKeys }: ListedKeys) => publicKeys.length === 0;
  const recent = source === undefined || seen === 'now' ? undefined : await recordKeys(repositories.open(source));
  const isEnough = recent !== undefined && (isListed(recent) || isUnsigned(recent));
  const listed = isEnough || source === undefined ? recent : await recordKeys(repositories.open(source), 'now');
  if (listed === undefined || isUnsigned(listed))
    return { key, keys: { publicKeys: key === undefined ? [] : [key.public] }, isEnforced: false };
  const file = `${configFile} at the head of main of ${source}`;
  if (key === undefined)
    throw new Failure(
      'InvalidConfig',
      `${file} lists \`record.publicKeys\`, so that the record takes signed lines only, and this worker has no key: ` +
        `${secret === undefined ? 'its settings name no' : `there is nothing in the ${secret.name}, which is its`} ` +
        '`record.signingKey`. Give it one, then retry: docs/signed-record.md says how.',
      { isOfWorker: true },
    );
  if (isListed(listed)) return { key, keys: listed, isEnforced: true };
  throw new Failure(
    'InvalidConfig',
    `The key of this worker (${secret?.name}) is not listed in ${file}, so that nothing it records would count. ` +
      `Add this line to \`record.publicKeys\` there, merge it, then retry: - ${key.listed}`,
    { isOfWorker: true },
  );
}

async function readOwnKey(secret: SignerDependencies['signingKey']): Promise<SigningKey | undefined> {
  const text = await secret?.read();
  if (text === undefined) return undefined;
  const key = readSigningKey(text);
  if (key !== undefined) return key;
  throw new Failure(
    'InvalidConfig',
    `The ${secret?.name}, which \`record.signingKey\` names, holds no Ed25519 key as PEM of PKCS#8. ` +
      'Make one: openssl genpkey -algorithm ed25519 -out record.pem',
    { isOfWorker: true },
  );
}
