import { createHash } from 'node:crypto';
import { created, invalid, Refusal, refused } from '../answer.ts';
import { type Call, type Route, requiredText } from '../api/call.ts';
import { nodeId } from '../bodies/node-id.ts';
import { repositoryApiUrl } from '../bodies/repository.ts';
import { timestamp } from '../model.ts';
import { tryGit, writeCommit } from './run.ts';

const RESOURCE = 'Commit';

export const commitRoutes: readonly Route[] = [
  { method: 'POST', path: '/repos/:owner/:repo/git/commits', writes: 'contents=write', handle: createCommit },
];

interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** Makes a commit. One of an App that names neither author nor committer is signed, as by GitHub. */
async function createCommit(call: Call) {
  const { state, repository, user, body } = call;
  const { directory } = repository;
  const message = requiredText(call, { resource: RESOURCE, field: 'message' });
  const tree = requiredText(call, { resource: RESOURCE, field: 'tree' });
  const parents = Array.isArray(body.parents) ? body.parents.map(String) : [];
  if (!(await isThere(directory, tree, 'tree'))) throw new Refusal(refused(422, 'Tree SHA does not exist'));
  for (const parent of parents)
    if (!(await isThere(directory, parent, 'commit')))
      throw new Refusal(refused(422, 'Parent SHA does not exist or is not a commit object'));
  if (body.author !== undefined || body.committer !== undefined)
    throw new Refusal(invalid({ resource: RESOURCE, field: 'author', code: 'custom', message: 'not known here' }));
  const date = timestamp(state);
  const author = { name: user.login, email: `${user.id}+${user.login}@users.noreply.github.com`, date };
  const isSigned = user.isApp === true;
  const committer = isSigned ? { name: 'GitHub', email: 'noreply@github.com', date } : author;
  const heads = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  const payload = [...heads, `author ${line(author)}`, `committer ${line(committer)}`, '', message].join('\n');
  const signature = isSigned ? signatureOf(payload) : null;
  const sha = await writeCommit(directory, signedText(payload, signature));
  const api = repositoryApiUrl(state, repository);
  const web = `${state.url}/${repository.owner}/${repository.name}/commit`;
  const verification = isSigned
    ? { verified: true, reason: 'valid', signature, payload, verified_at: date }
    : { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  return created({
    sha,
    node_id: nodeId('C', state.nextId()),
    url: `${api}/git/commits/${sha}`,
    html_url: `${web}/${sha}`,
    author,
    committer,
    message,
    tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/git/commits/${parent}`,
      html_url: `${web}/${parent}`,
    })),
    verification,
  });
}

async function isThere(directory: string, id: string, type: 'tree' | 'commit'): Promise<boolean> {
  if (!/^[0-9a-f]{40}$/.test(id)) return false;
  const { code, stdout } = await tryGit(directory, ['cat-file', '-t', id]);
  return code === 0 && stdout.trim() === type;
}

function line({ name, email, date }: Person): string {
  return `${name} <${email}> ${Date.parse(date) / 1000} +0000`;
}

/** Makes a text that looks like a signature: nobody checks it here. */
function signatureOf(payload: string): string {
  const digest = createHash('sha256').update(payload).digest('base64');
  return `-----BEGIN PGP SIGNATURE-----\n\n${digest}\n-----END PGP SIGNATURE-----\n`;
}

function signedText(payload: string, signature: string | null): string {
  const end = payload.indexOf('\n\n') + 1;
  const header = signature === null ? '' : `gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}\n`;
  return `${payload.slice(0, end)}${header}${payload.slice(end)}`;
}
