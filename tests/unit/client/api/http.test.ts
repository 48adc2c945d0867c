import { afterEach, describe, expect, test, vi } from "vitest";
import { errorCodeOf } from "../../../../client/src/api/api-error.ts";
import { call } from "../../../../client/src/api/http.ts";
import { AppError, toErrorBody } from "../../../../server/platform/errors.ts";

afterEach(() => vi.unstubAllGlobals());

/** The code that a page sees when the server, or what stands before it, answers so. */
async function codeOf(status: number, body: string): Promise<string> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status })));
  return call("listEvents", {}).then(
    () => "ok",
    (error: unknown) => errorCodeOf(error),
  );
}

describe("a refused request", () => {
  test("has the code that the server gave", async () => {
    const refusal = AppError.conflict("The time is taken.");
    expect(await codeOf(refusal.status, JSON.stringify(toErrorBody(refusal)))).toBe("conflict");
  });

  test("is told by its status when a proxy answered in the server's place", async () => {
    expect(await codeOf(502, "<html>Bad gateway</html>")).toBe("timeout");
    expect(await codeOf(404, "<html>Not found</html>")).toBe("not_found");
    expect(await codeOf(413, "")).toBe("too_large");
    expect(await codeOf(400, "{}")).toBe("internal");
  });
});

test("an answer that broke off, or is somebody else's page, is no answer", async () => {
  expect(await codeOf(200, '{"events":[]}')).toBe("ok");
  expect(await codeOf(200, '{"events":[')).toBe("timeout");
  expect(await codeOf(200, "<html>Log in to this network</html>")).toBe("timeout");
});
