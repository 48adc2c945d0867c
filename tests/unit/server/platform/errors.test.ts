import { expect, test } from "vitest";
import { AppError, toAppError, toErrorBody } from "../../../../server/platform/errors.ts";

const prisma = (fields: object) =>
  Object.assign(new Error("Prisma says"), { name: "PrismaClientKnownRequestError", ...fields });

test("foreign failures get the code of what they mean", () => {
  const codeOf = (thrown: unknown) => toAppError(thrown).code;
  for (const code of ["P1001", "P1008", "P1017", "P2024", "P2028", "P2037"])
    expect(codeOf(prisma({ code })), code).toBe("database_unavailable");
  for (const sqlstate of ["57P01", "57P03", "08006", "53300"])
    expect(
      codeOf(prisma({ code: "P2039", meta: { driverAdapterError: { cause: { originalCode: sqlstate } } } })),
    ).toBe("database_unavailable");
  expect(
    codeOf(prisma({ code: "P2039", meta: { driverAdapterError: { cause: { originalCode: "22021" } } } })),
  ).toBe("internal");
  expect(codeOf(prisma({ code: "P2025" }))).toBe("not_found");
  expect(codeOf(prisma({ code: "P2002" }))).toBe("conflict");
  expect(codeOf(new Error("Connection terminated unexpectedly"))).toBe("database_unavailable");
  expect(codeOf(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("internal");
  expect(codeOf({ code: "media_unavailable", message: "no node" })).toBe("media_unavailable");
  expect(codeOf({ code: "toString" })).toBe("internal");
  expect(codeOf({ type: "entity.too.large", status: 413 })).toBe("too_large");
  expect(codeOf({ type: "entity.parse.failed", status: 400 })).toBe("bad_request");
  for (const thrown of [null, undefined, "text", 1, new TypeError("bug")])
    expect(codeOf(thrown)).toBe("internal");
});

test("what leaves the server names no cause", () => {
  const body = toErrorBody(toAppError(new Error("password of the database")), "request-1");
  expect(body).toEqual({ code: "internal", message: "Something went wrong.", requestId: "request-1" });
  expect(toErrorBody(AppError.tooManyRequests(1.2))).toMatchObject({ retryAfterMs: 2 });
});
