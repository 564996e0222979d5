import { createGitRepositories } from '../../../src/git/repositories.ts';

/** One worker process of the concurrency test: several activities on one mirror; prints what each found. */
const [cacheDir = '', url = '', name = '', ...shas] = process.argv.slice(2);
const repositories = createGitRepositories({ cacheDir, notice: (sentence) => console.error(sentence) });
const answers = await Promise.all(
  shas.map(async (sha, i) => {
    const repository = repositories.open(url);
    const head = await repository.branchHead('main');
    const files = await repository.listFiles(sha);
    const blobs = await repository.readBlobs([...files.values()].map(({ oid }) => oid));
    const commit = await repository.writeCommit({
      parent: sha,
      changes: new Map([[`built/${i}`, name]]),
      message: 'Build',
      person: { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09Z' },
    });
    const pushed = await repository.push({ commit, branch: `deploy/${name}-${i}`, expected: null });
    return { head, files: files.size, bytes: [...blobs.values()].reduce((sum, blob) => sum + blob.length, 0), pushed };
  }),
);
console.log(JSON.stringify(answers));
