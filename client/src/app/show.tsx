import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

export function show(): void {
  createRoot(document.getElementById("root")!).render(<App />);
}
