import type { z } from "zod";
import { ApiError } from "./api-error.ts";
import type { ErrorBody, HttpDoorName, HttpDoors } from "./contract.ts";
import { doors } from "./doors.ts";

type Params<Name extends HttpDoorName> = z.input<HttpDoors[Name]["params"]>;
type Body<Name extends HttpDoorName> = z.input<HttpDoors[Name]["body"]>;
export type DoorResult<Name extends HttpDoorName> = z.output<HttpDoors[Name]["result"]>;

type Part<Key extends string, Value> =
  Record<string, never> extends Value ? { [K in Key]?: Value } : { [K in Key]: Value };
export type DoorInput<Name extends HttpDoorName> = Part<"params", Params<Name>> &
  Part<"body", Body<Name>> & { signal?: AbortSignal; deadlineMs?: number };

const DEADLINE_MS = 15_000;

/** Calls an HTTP door of the contract. @throws ApiError, with `timeout` when no answer came in time. */
export async function call<Name extends HttpDoorName>(
  name: Name,
  input: DoorInput<Name>,
): Promise<DoorResult<Name>> {
  const { method, path } = doors[name];
  const { params, body, signal, deadlineMs } = input as {
    params?: Record<string, string>;
    body?: unknown;
    signal?: AbortSignal;
    deadlineMs?: number;
  };
  const deadline = AbortSignal.timeout(deadlineMs ?? DEADLINE_MS);
  const hasBody = method === "post" || method === "patch";
  let response: Response;
  try {
    response = await fetch(`/api${fillPath(path, params ?? {})}`, {
      method: method.toUpperCase(),
      headers: hasBody ? { "content-type": "application/json" } : {},
      body: hasBody ? JSON.stringify(body ?? {}) : null,
      credentials: "same-origin",
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError({ code: "timeout", message: "no answer from the server" }, { cause });
  }
  if (!response.ok) throw toApiError(response.status, await response.json().catch(() => null));
  try {
    return (await response.json()) as DoorResult<Name>;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError({ code: "timeout", message: "the answer broke off" }, { cause });
  }
}

export function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

function toApiError(status: number, answer: unknown): ApiError {
  const body = answer as Partial<ErrorBody> | null;
  if (typeof body?.code === "string") return new ApiError({ message: "", ...body, code: body.code });
  // A proxy in between answered, not the server: 5xx will pass, 404 is an unknown door.
  return new ApiError({
    code:
      status === 404 ? "not_found" : status === 413 ? "too_large" : status >= 500 ? "timeout" : "internal",
    message: `HTTP ${status} without a coded body`,
  });
}
