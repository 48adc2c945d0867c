/*
 * Every place of a contract's schema that takes a text, so that no field can be left out of a test. Found in the zod
 * tables themselves; a place is a path such as `title.fi` or `chat.stageId`.
 */
import { z } from "zod";

interface Node {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  oneOf?: Node[];
  properties?: Record<string, Node>;
  items?: Node;
}

export function textFieldsOf(schema: z.ZodType): string[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  return [...new Set(fieldsOf(json, ""))];
}

function fieldsOf(node: Node, place: string): string[] {
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return choices.flatMap((choice) => fieldsOf(choice, place));
  if (node.properties)
    return Object.entries(node.properties).flatMap(([name, below]) =>
      fieldsOf(below, place ? `${place}.${name}` : name),
    );
  if (node.items) return fieldsOf(node.items, place ? `${place}.0` : "0");
  return node.type === "string" && place !== "" ? [place] : [];
}

/** A copy of `value` with `text` at `place`. */
export function withText(value: unknown, place: string, text: unknown): unknown {
  const [name = "", ...rest] = place.split(".");
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  copy[name] = rest.length === 0 ? text : withText(copy[name], rest.join("."), text);
  return copy;
}
