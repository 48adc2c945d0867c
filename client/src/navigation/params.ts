import { createContext, useContext } from "react";
import type { Params } from "./match-path.ts";

export const ParamsContext = createContext<Params>({});

/** What the shown page's address names. */
export function useParams<Name extends string>(): Record<Name, string> {
  return useContext(ParamsContext) as Record<Name, string>;
}
