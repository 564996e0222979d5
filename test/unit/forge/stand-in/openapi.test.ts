import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../../fakes/github/server.ts';
import { createGitHubCheck } from '../../../support/openapi.ts';

const check = createGitHubCheck();
const label = {
  id: 1,
  node_id: 'L',
  url: 'https://x.example/l',
  name: 'bug',
  color: 'f00',
  default: false,
  description: null,
};

function exchange(changes: Partial<Exchange>): Exchange {
  return {
    method: 'GET',
    path: '/repos/acme/gitops/labels/bug',
    query: new URLSearchParams(),
    requestBody: {},
    status: 200,
    responseBody: label,
    injected: false,
    ...changes,
  };
}

describe("the check against GitHub's description", () => {
  it('takes what is published', () => {
    expect(check(exchange({}))).toEqual([]);
    const query = new URLSearchParams({ state: 'all', per_page: '100', head: 'acme:x' });
    expect(check(exchange({ path: '/repos/acme/gitops/pulls', query, responseBody: [] }))).toEqual([]);
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ['an operation that does not exist', { path: '/repos/acme/gitops/promotions' }, /no such operation/],
    ['a method that does not exist', { method: 'PUT' }, /no such operation/],
    ['a missing field', { responseBody: { ...label, color: undefined } }, /required property 'color'/],
    ['a wrong type', { responseBody: { ...label, id: 'one' } }, /must be integer/],
    ['an invented field', { responseBody: { ...label, mood: 'good' } }, /"mood"/],
    ['an unknown parameter', { query: new URLSearchParams({ fresh: '1' }) }, /\?fresh is not a parameter/],
    ['a status that is not listed', { status: 201 }, /does not answer with 201/],
    ['an error without a message', { status: 404, responseBody: { error: 'x' } }, /message/],
    ['a body where none is taken', { requestBody: { name: 'bug' } }, /takes no body/],
  ])('finds %s', (_, changes, problem) => {
    expect(check(exchange(changes)).join('\n')).toMatch(problem);
  });

  it('finds a wrong parameter, and a field that a request does not have', () => {
    const pulls = { path: '/repos/acme/gitops/pulls', responseBody: [] };
    const query = new URLSearchParams({ state: 'merged', per_page: 'many' });
    expect(check(exchange({ ...pulls, query }))).toHaveLength(2);
    const post = { ...pulls, method: 'POST', injected: true };
    expect(check(exchange({ ...post, requestBody: { head: 'a', base: 'b', label: 'x' } })).join()).toMatch(/"label"/);
    expect(check(exchange({ ...post, requestBody: {} })).join()).toMatch(/needs a body/);
  });

  it('does not judge an answer that a test asked for', () => {
    expect(check(exchange({ status: 502, responseBody: 'oops', injected: true }))).toEqual([]);
  });
});
