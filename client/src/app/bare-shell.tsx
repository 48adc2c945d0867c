import type { ShellProps } from "../navigation/router.tsx";
import { Toasts } from "../ui/toast.tsx";

/** For unattended screens: nothing but the page. */
export function BareShell({ children }: ShellProps) {
  return (
    <>
      {children}
      <Toasts />
    </>
  );
}
