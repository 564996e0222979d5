import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from '../../fakes/github/server.ts';
import { createSchemaReader, type Json, type JsonObject } from './openapi-schemas.ts';

/** Says what is wrong with an exchange, one sentence each; empty where it is as published. */
export type Check = (exchange: Exchange) => readonly string[];

/**
 * Checks calls and answers against GitHub's published OpenAPI description (npm `@octokit/openapi`). Fields that
 * it does not know are wrong too, in requests and in successful answers: they would be invented. An error whose
 * status the operation does not list must have GitHub's general error body.
 */
export function createGitHubCheck(): Check {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const description = JSON.parse(readFileSync(file, 'utf8')) as Description;
  const schemas = createSchemaReader(description as unknown as JsonObject);
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, logger: false });
  addFormats.default(ajv);
  const compiled = new Map<string, ValidateFunction>();
  const problemsOf: ProblemsOf = (value, { key, schema, closed, where }) => {
    const validate = compiled.get(key) ?? ajv.compile(schemas.standalone(schema, closed));
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
  const paths = Object.keys(description.paths).map((path) => ({ path, pattern: patternOf(path) }));

  return (exchange) => {
    const found = paths.filter(({ pattern }) => pattern.test(exchange.path)).map(({ path }) => path);
    const path = found.sort((one, other) => countWildcards(one) - countWildcards(other))[0];
    const operation = path === undefined ? undefined : description.paths[path]?.[exchange.method.toLowerCase()];
    if (path === undefined || operation === undefined)
      return [`${exchange.method} ${exchange.path}: GitHub has no such operation`];
    const key = `${exchange.method} ${path}`;
    const published = { description, operation, key };
    const problems = [
      ...queryProblems(published, exchange, problemsOf),
      ...bodyProblems(published, exchange, problemsOf),
      ...(exchange.injected ? [] : answerProblems(published, exchange, problemsOf)),
    ];
    return problems.map((problem) => `${key}: ${problem}`);
  };
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

interface Operation {
  readonly parameters?: readonly JsonObject[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<Record<string, JsonObject>>;
}

type Content = Readonly<Record<string, { readonly schema: Json }>>;

/** An operation of the description, with the key by which messages name it. */
interface PublishedOperation {
  readonly description: Description;
  readonly operation: Operation;
  readonly key: string;
}

/** How a value is validated: the schema, a key that keeps it compiled, and where the value stands. */
interface SchemaUse {
  readonly key: string;
  readonly schema: Json;
  readonly closed: boolean;
  readonly where: string;
}

type ProblemsOf = (value: unknown, use: SchemaUse) => readonly string[];

function queryProblems(
  { description, operation, key }: PublishedOperation,
  { query }: Exchange,
  problemsOf: ProblemsOf,
): readonly string[] {
  const known = (operation.parameters ?? [])
    .map((one) => resolveReference(description, one))
    .filter((one) => one.in === 'query');
  return [...query].flatMap(([name, text]) => {
    const parameter = known.find((one) => one.name === name);
    if (parameter === undefined) return [`?${name} is not a parameter`];
    const schema = parameter.schema as JsonObject;
    const value = schema.type === 'integer' ? Number(text) : text;
    return problemsOf(value, { key: `${key} ?${name}`, schema, closed: false, where: `?${name}` });
  });
}

function bodyProblems(
  { operation: { requestBody }, key }: PublishedOperation,
  exchange: Exchange,
  problemsOf: ProblemsOf,
): readonly string[] {
  const sent = exchange.requestBody !== undefined && Object.keys(exchange.requestBody as object).length > 0;
  const schema = requestBody?.content?.['application/json']?.schema;
  if (schema === undefined) return sent ? ['takes no body'] : [];
  if (!sent) return requestBody?.required ? ['needs a body'] : [];
  return problemsOf(exchange.requestBody, { key: `${key} request`, schema, closed: true, where: 'request' });
}

function answerProblems(
  { description, operation: { responses }, key }: PublishedOperation,
  { status, responseBody }: Exchange,
  problemsOf: ProblemsOf,
): readonly string[] {
  // Any call about a repository that has moved is answered so; its operation need not list it.
  const isMoved = status === 301 && responses[String(status)] === undefined;
  const success = status < 400 && !isMoved;
  const listed = responses[String(status)];
  // Any read may be answered so, where it is asked with the tag of an answer; the description names it at some of them.
  if (status === 304) return [];
  if (listed === undefined && success) return [`does not answer with ${status}`];
  const response = listed === undefined ? undefined : resolveReference(description, listed);
  const content = response?.content as Content | undefined;
  if (listed !== undefined && content === undefined && responseBody === undefined) return [];
  const schema = content?.['application/json']?.schema ?? { $ref: '#/components/schemas/basic-error' };
  const wanted: Json = success ? schema : { allOf: [schema, hasMessage] };
  const use = { key: `${key} ${status}`, schema: wanted, closed: success, where: `answer ${status}` };
  return problemsOf(responseBody, use);
}

/** The schema of GitHub's errors: every one has a message, though some schemas leave it open. */
const hasMessage: Json = { type: 'object', required: ['message', 'documentation_url'] };

function resolveReference(description: Description, value: JsonObject): JsonObject {
  const ref = typeof value.$ref === 'string' ? value.$ref : undefined;
  const [, , section = '', name = ''] = ref?.split('/') ?? [];
  const found = ref === undefined ? value : description.components[section]?.[name];
  if (found === undefined) throw new Error(`The description lacks ${ref}`);
  return found;
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

function countWildcards(path: string): number {
  return path.split('{').length;
}
