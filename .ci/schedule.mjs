/**
 * Runs the parts, `places` at a time, each when those that it needs have passed; answers the results, in the order in
 * which the parts ended. A part whose need has failed is not run and has failed, too.
 */
export async function runParts(parts, places, run) {
  const results = new Map();
  const running = new Map();
  const waiting = [...parts];
  const end = (part, result) => results.set(part.name, { name: part.name, ...result });
  while (waiting.length > 0 || running.size > 0) {
    for (const part of waiting.filter((one) => brokenNeed(one, results) !== undefined)) {
      waiting.splice(waiting.indexOf(part), 1);
      end(part, await run.without(part, brokenNeed(part, results)));
    }
    for (const part of waiting.filter((one) => isReady(one, results)).slice(0, places - running.size)) {
      waiting.splice(waiting.indexOf(part), 1);
      const ended = run.part(part).then((result) => {
        running.delete(part.name);
        end(part, result);
      });
      running.set(part.name, ended);
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  return [...results.values()];
}

function isReady({ needs = [] }, results) {
  return needs.every((name) => results.get(name)?.failed === 0);
}

function brokenNeed({ needs = [] }, results) {
  return needs.find((name) => (results.get(name)?.failed ?? 0) > 0);
}
