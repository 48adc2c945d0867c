import { chatIdOf } from "../../contract/chat.ts";
import type { Realtime } from "../../platform/answer.ts";
import { cleanText } from "../../platform/clean-text.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { channels } from "../../platform/notifier.ts";
import { may } from "../../platform/rights.ts";
import { authorRoleOf, authorTagOf } from "./chat.policy.ts";
import { laneOf } from "./chat-lane.ts";
import type { ChatLogs } from "./chat-logs.ts";
import { requireChatPlace } from "./chat-place.ts";
import { createSendLimits } from "./send-limits.ts";

export function mountChatSocket(ctx: ServerContext, realtime: Realtime, logs: ChatLogs): void {
  const limits = createSendLimits();

  realtime.answer("chat:join", async ({ data, actor, connection }) => {
    const chatId = chatIdOf(data.chat);
    const place = await requireChatPlace(ctx, chatId);
    connection.join(channels.chat(chatId, laneOf(connection.id)));
    const page = await logs.get(chatId).page(data.afterSeq);
    return {
      ...page,
      chatId,
      canModerate: may(actor, "chat.moderate", place),
      ownTag: authorTagOf(ctx.secret, { guestKey: actor.guestKey, chatId }),
    };
  });

  realtime.answer("chat:leave", ({ data, connection }) => {
    connection.leave(channels.chat(data.chatId, laneOf(connection.id)));
    return {};
  });

  realtime.answer("chat:readBefore", async ({ data }) => {
    await requireChatPlace(ctx, data.chatId);
    return logs.get(data.chatId).before(data.beforeSeq);
  });

  realtime.answer("chat:send", async ({ data, actor, connection }) => {
    const { chatId, messageId } = data;
    const place = await requireChatPlace(ctx, chatId);
    const text = cleanText(data.text);
    if (text === "") throw AppError.badRequest("A message needs a text.");
    const role = authorRoleOf(actor, place);
    const slot = limits.take({ guestKey: actor.guestKey, connectionId: connection.id, role });
    const authorTag = authorTagOf(ctx.secret, { guestKey: actor.guestKey, chatId });
    const nickname = data.nickname === null ? null : cleanText(data.nickname) || null;
    const submitted = logs.get(chatId).submit({ kind: "post", messageId, text, nickname, role, authorTag });
    submitted.catch((thrown) => toAppError(thrown).code === "database_unavailable" && slot.giveBack());
    return { entry: await submitted };
  });

  realtime.answer("chat:delete", async ({ data, authorise }) => {
    authorise(await requireChatPlace(ctx, data.chatId));
    return { entry: await logs.get(data.chatId).submit({ kind: "delete", messageId: data.messageId }) };
  });
}
