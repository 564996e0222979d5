import { createHash } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { transferObjects } from '../mirror/fetch.ts';
import { keepTidy } from '../mirror/housekeeping.ts';
import { MissingObject } from '../mirror/mirror.ts';
import { absentCommits, objectTypes } from '../mirror/objects.ts';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';

/**
 * Makes sure that a commit of a notes ref is in the mirror. Where the remote does not give it by its id, because its
 * ref has moved on or the server gives away by name only, what the ref is at now is fetched. Answers whether the mirror
 * has the commit afterwards. Throws `Failure` `Refused` where the id names something else.
 */
export async function fetchNotes(opened: Git, ref: string, head: Sha): Promise<boolean> {
  if ((await absentCommits(opened, [head])).length === 0) return true;
  return await opened.exclusively(
    async (git) => {
      // Another activity that held the lock before may have fetched the same.
      if (git.caches.present.get(head)) return true;
      // Histories of notes share nothing with branches, so branches are not offered to the remote.
      const options = { more: [`--negotiation-tip=${seenNotes}/*`] };
      const refusal = await transferObjects(git, [head], options);
      if (refusal !== undefined) await transferObjects(git, [ref], options);
      await keepTidy(git);
      const type = (await objectTypes(git, [head])).get(head);
      if (type !== undefined && type !== 'commit') throw notNotes(git, ref, { head, type });
      // git takes for present what its refs lead to; the remote then sends nothing.
      if (type === undefined && refusal === undefined) throw new MissingObject(`The commit ${head}`);
      if (type === undefined) return false;
      git.caches.present.set(head, true);
      await git.plumb(['update-ref', `${seenNotes}/${slotOf(ref)}`, head]);
      return true;
    },
    [head],
  );
}

/**
 * The refs that git offers when it fetches the next notes. They lie apart from `refs/fairlead/seen`, because notes move
 * so often that they would soon take all of its places. No note is read from here.
 */
const seenNotes = 'refs/fairlead/seen-notes';

function notNotes({ url }: Git, ref: string, { head, type }: { readonly head: Sha; readonly type: string }): Failure {
  return new Failure(
    'Refused',
    `${ref} of ${url.href} is at ${head}, a ${type}, where git keeps a commit of notes. ` +
      'Delete that ref, or set it back to its last commit of notes.',
  );
}

/**
 * Names the place of a notes ref. The names are hashed, so that none is in another's way; there are as few as
 * environments.
 */
function slotOf(ref: string): string {
  return createHash('sha256').update(ref).digest('hex').slice(0, 16);
}
