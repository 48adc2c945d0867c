import { Outlet } from "react-router";
import { Toasts } from "../ui/toast.tsx";

/** For unattended screens: nothing but the page. */
export function BareShell() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}
