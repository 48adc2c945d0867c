/*
 * Values for the contract's schemas: mostly of the right shape, with ids that exist, sometimes bent somewhere. For
 * asking every door of a running product.
 */
import fc from "fast-check";
import { z } from "zod";
import { hostileTexts } from "./hostile-texts.ts";

type JsonSchema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  propertyNames?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
};

/** Values that mean something to the product, by the property's name (`stageId`, `event`, …). */
export type KnownValues = Record<string, unknown[]>;

/** What a door may be sent. */
export function arbitraryFor(schema: z.ZodType, known: KnownValues = {}): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const right = ofSchema(json, known, "");
  return fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 3, arbitrary: fc.tuple(right, fc.nat(), strange()).map(bend) },
    { weight: 1, arbitrary: strange() },
  );
}

function ofSchema(schema: JsonSchema, known: KnownValues, name: string): fc.Arbitrary<unknown> {
  const shaped = ofShape(schema, known, name);
  const values = known[name];
  if (values === undefined || values.length === 0) return shaped;
  const one = fc.constantFrom(...values);
  return fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 2, arbitrary: fc.tuple(one, fc.infiniteStream(fc.nat()), strange()).map(bendDeep) },
    { weight: 1, arbitrary: shaped },
  );
}

function ofShape(schema: JsonSchema, known: KnownValues, name: string): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => ofSchema(choice, known, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object":
      return schema.properties ? ofObject(schema, known) : fc.dictionary(shortText, fc.jsonValue());
    case "array":
      return fc.array(ofSchema(schema.items ?? {}, known, name), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case "string":
      return ofText(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? Number.MAX_SAFE_INTEGER });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function ofObject(schema: JsonSchema, known: KnownValues): fc.Arbitrary<unknown> {
  const entries = Object.entries(schema.properties ?? {});
  const fields = Object.fromEntries(entries.map(([name, field]) => [name, ofSchema(field, known, name)]));
  return fc.record(fields, { requiredKeys: schema.required ?? [] });
}

const shortText = fc.string({ maxLength: 12 });

function ofText({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)), unit: "binary" });
}

/** Longer ones would end the socket instead of being answered. */
const FITTING_TEXTS = Object.values(hostileTexts).filter((text) => text.length < 15_000);
/** What overflows the stack of whoever walks it by recursion; a little less than what makes JSON.stringify do so. */
const DEEP = JSON.parse("[".repeat(3_000) + "]".repeat(3_000));

/** What no door expects; JSON, so that it goes over the wire as it is. */
function strange(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(
      null,
      "",
      [],
      {},
      0,
      -1,
      1e308,
      true,
      "\u0000",
      "\ud800",
      "x".repeat(30_000),
      "../../etc/passwd",
      JSON.parse('{"__proto__":{"isAdmin":true}}'),
      { constructor: { prototype: {} } },
      Array.from({ length: 3000 }, () => 0),
      DEEP,
    ),
    fc.constantFrom(...FITTING_TEXTS),
    fc.jsonValue({ maxDepth: 4 }),
  );
}

/** A structure with one place anywhere in it bent; what is no structure stays. */
function bendDeep([value, choices, other]: [unknown, fc.Stream<number>, unknown]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const copy = structuredClone(value) as Record<string, unknown>;
  let place = copy;
  for (let depth = 0; depth < 6; depth++) {
    const names = Object.keys(place);
    const name = names[(choices.next().value ?? 0) % Math.max(1, names.length)];
    if (name === undefined) break;
    const below = place[name];
    const isLast = typeof below !== "object" || below === null || (choices.next().value ?? 0) % 4 === 0;
    if (isLast) {
      place[name] = other;
      break;
    }
    place = below as Record<string, unknown>;
  }
  return copy;
}

/** One property replaced, left out or added. */
function bend([value, at, other]: [unknown, number, unknown]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return other;
  const names = Object.keys(value);
  const name = names[at % Math.max(1, names.length)];
  const copy: Record<string, unknown> = { ...value };
  if (name === undefined || at % 5 === 0) copy.unheardOf = other;
  else if (at % 5 === 1) delete copy[name];
  else copy[name] = other;
  return copy;
}
