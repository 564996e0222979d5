export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface SchemaReader {
  /**
   * Answers a schema of the description as JSON Schema, with all that it refers to. Where it is `closed`, objects that
   * list their properties have no others.
   */
  standalone(schema: Json, closed: boolean): JsonObject;
}

const PREFIX = '#/components/schemas/';
/** Notes for people and generators, which some validators take for keywords. */
const NOTES = new Set(['description', 'example', 'examples', 'title', 'readOnly', 'deprecated', 'discriminator']);

/** Reads OpenAPI 3.0 schemas for a validator of JSON Schema: the difference is `nullable`. */
export function createSchemaReader(description: JsonObject): SchemaReader {
  const components = (description.components as JsonObject).schemas as JsonObject;
  const convert = (schema: Json, closed: boolean) =>
    convertSchema(closed ? joinParts(schema, components) : schema, closed);
  return {
    standalone(schema, closed) {
      const found = new Map<string, Json>();
      const root = convert(schema, closed);
      const queue = referredFrom(root);
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (found.has(name)) continue;
        const component = components[name];
        if (component === undefined) throw new Error(`The description lacks the schema ${name}`);
        const converted = convert(component, closed);
        found.set(name, converted);
        queue.push(...referredFrom(converted));
      }
      return { allOf: [root], $defs: Object.fromEntries(found) };
    },
  };
}

/**
 * Makes one object of the parts of an `allOf`: each part by itself would refuse the properties of the others, where no others
 * may be there.
 */
function joinParts(schema: Json, components: JsonObject): Json {
  if (isList(schema)) return schema.map((item) => joinParts(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { allOf, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, joinParts(value, components)]),
  );
  if (allOf === undefined || !isList(allOf)) return rest;
  const parts = allOf.map((part) => {
    const ref = (part as JsonObject).$ref;
    return (typeof ref === 'string' ? components[ref.replace(PREFIX, '')] : part) as JsonObject;
  });
  if (!parts.every((part) => 'properties' in part)) return { ...rest, allOf };
  return {
    ...rest,
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => (required === undefined ? [] : (required as readonly string[]))),
  };
}

function convertSchema(schema: Json, closed: boolean): Json {
  if (isList(schema)) return schema.map((item) => convertSchema(item, closed));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref.replace(PREFIX, '#/$defs/') };
  const { nullable, ...rest } = schema;
  const kept = Object.entries(rest).filter(([key]) => !NOTES.has(key) && !key.startsWith('x-'));
  const converted = Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'properties' ? convertProperties(value, closed) : convertSchema(value, closed),
    ]),
  );
  const isClosed = closed && 'properties' in converted && !('additionalProperties' in converted);
  const whole = isClosed ? { ...converted, additionalProperties: false } : converted;
  return nullable === true ? { anyOf: [whole, { type: 'null' }] } : whole;
}

/** Converts properties, whose names are no keywords: one may be called `title`. */
function convertProperties(value: Json, closed: boolean): Json {
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(entries.map(([name, schema]) => [name, convertSchema(schema, closed)]));
}

function referredFrom(schema: Json): string[] {
  if (isList(schema)) return schema.flatMap(referredFrom);
  if (typeof schema !== 'object' || schema === null) return [];
  if (typeof schema.$ref === 'string') return [schema.$ref.replace('#/$defs/', '')];
  return Object.values(schema).flatMap(referredFrom);
}

/** Narrows to readonly lists, which `Array.isArray` does not. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
