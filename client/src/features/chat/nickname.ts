import { Store } from "../../api/store.ts";

/** What this browser signs its messages with; empty: anonymous. The same in every chat. */
const KEY = "torilla.nickname";
export const MAX_NICKNAME = 60;

export const nicknameStore = new Store<{ nickname: string }>({ nickname: read() });

export function setNickname(nickname: string): void {
  const trimmed = nickname.trim().slice(0, MAX_NICKNAME);
  nicknameStore.set({ nickname: trimmed });
  try {
    localStorage.setItem(KEY, trimmed);
  } catch {
    // Lasts as long as the page.
  }
}

function read(): string {
  try {
    return (localStorage.getItem(KEY) ?? "").slice(0, MAX_NICKNAME);
  } catch {
    return "";
  }
}
