import { type Answer, notFound, ok, refused } from '../answer.ts';
import { branchBody } from '../bodies/branch.ts';
import { protectionBody, pushRulesBody, reviewBody, rulesBody, rulesetBody } from '../bodies/rules.ts';
import { branchHead } from '../git/run.ts';
import { rulesetWithId } from '../rules/rulesets.ts';
import { type Call, page, type Route, requestContextOf } from './call.ts';

/** What branches require, and what people say of a request. */
export const ruleRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/rules/branches/:branch', handle: listRules },
  { method: 'GET', path: '/repos/:owner/:repo/rulesets/:ruleset', handle: readRuleset },
  { method: 'GET', path: '/repos/:owner/:repo/branches/:branch', handle: readBranch },
  { method: 'GET', path: '/repos/:owner/:repo/branches/:branch/protection', handle: readProtection },
  { method: 'GET', path: '/repos/:owner/:repo/pulls/:number/reviews', handle: listReviews },
];

function listRules(call: Call): Answer {
  const { branch = '' } = call.params;
  const rules = call.repository.protections.get(branch) ?? {};
  const path = `rules/branches/${encodeURIComponent(branch)}`;
  const ofRequests = rules.classic ? [] : rulesBody(call, rules);
  return page(call, { path, bodies: [...ofRequests, ...pushRulesBody(call, branch)] });
}

async function readBranch(call: Call): Promise<Answer> {
  const { branch = '' } = call.params;
  const sha = branchHead(call.repository.directory, branch);
  return sha === undefined ? refused(404, 'Branch not found') : ok(await branchBody(call, { branch, sha }));
}

function readRuleset(call: Call): Answer {
  const found = rulesetWithId(call.repository.rulesets, call.params.ruleset);
  return found === undefined ? notFound : ok(rulesetBody(call, found));
}

/** As on GitHub, whoever is no administrator does not even learn whether there is a protection. */
function readProtection(call: Call): Answer {
  const { branch = '' } = call.params;
  if (call.user.permission !== 'admin') return notFound;
  const rules = call.repository.protections.get(branch);
  return rules?.classic ? ok(protectionBody(call, branch, rules)) : refused(404, 'Branch not protected');
}

function listReviews(call: Call): Answer {
  const context = requestContextOf(call);
  const bodies = context.request.reviews.map((review) => reviewBody(context, review));
  return page(call, { path: `pulls/${context.request.number}/reviews`, bodies });
}
