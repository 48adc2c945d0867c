/*
 * What this tab keeps over reloads. A browser that is told to keep nothing of a site throws where `sessionStorage` is
 * only named; what is kept then lasts as long as the page.
 */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const ofPage = new Map<string, string>();
const pageStorage: TabStorage = {
  getItem: (key) => ofPage.get(key) ?? null,
  setItem: (key, value) => void ofPage.set(key, value),
  removeItem: (key) => void ofPage.delete(key),
};

export function tabStorage(): TabStorage {
  try {
    return sessionStorage;
  } catch {
    return pageStorage;
  }
}
