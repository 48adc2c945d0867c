import { z } from "zod";
import { ErrorBody } from "./contract/errors.ts";
import { type HttpDoor, httpDoors } from "./contract/http.ts";

type Json = Record<string, unknown>;
let made: Json | null = null;

/** OpenAPI 3.1 of all HTTP doors. */
export function openApiDocument(): Json {
  made ??= {
    openapi: "3.1.0",
    info: { title: "Torilla", version: "1" },
    servers: [{ url: "/api" }],
    paths: paths(),
    components: { schemas: { Error: schemaOf(ErrorBody) } },
  };
  return made;
}

function paths(): Json {
  const all: Record<string, Json> = {};
  for (const [name, door] of Object.entries<HttpDoor>(httpDoors)) {
    const path = door.path.replace(/:([A-Za-z]+)/g, "{$1}");
    all[path] = { ...all[path], [door.method]: operation(name, door) };
  }
  return all;
}

function operation(name: string, door: HttpDoor): Json {
  const parameters = Object.entries((schemaOf(door.params).properties ?? {}) as Json).map(
    ([key, schema]) => ({
      name: key,
      in: "path",
      required: true,
      schema,
    }),
  );
  const hasBody = Object.keys((schemaOf(door.body).properties ?? {}) as Json).length > 0;
  const json = (schema: unknown) => ({ "application/json": { schema } });
  return {
    operationId: name,
    summary: door.summary,
    parameters,
    ...(hasBody ? { requestBody: { required: true, content: json(schemaOf(door.body)) } } : {}),
    responses: {
      200: { description: "Done", content: json(schemaOf(door.result)) },
      default: { description: "A coded failure", content: json({ $ref: "#/components/schemas/Error" }) },
    },
  };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
  return rest;
}
