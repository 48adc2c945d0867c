import { ChatId } from "../../contract/chat.ts";
import { Id } from "../../contract/ids.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { Target } from "../../platform/rights.ts";

/** Whose chat it is, for rights. @throws not_found */
export async function requireChatPlace(ctx: ServerContext, chatId: string): Promise<Target> {
  const [kind, id] = ChatId.parse(chatId).split(":");
  if (id === undefined || !Id.safeParse(id).success) throw AppError.notFound("chat");
  if (kind === "stage") {
    const { eventId, stageId } = await ctx.directory.requireStage(id);
    return { eventId, stageId };
  }
  const { eventId, boothId } = await ctx.directory.requireBooth(id);
  return { eventId, boothId };
}
