import "./avatar.css";
import { inkOn } from "./colour.ts";

const hues = ["#14463a", "#7a4a12", "#7c2d3a", "#26506b", "#4d5a1f", "#5b4636", "#2f5d62", "#6b3f57"];

export interface AvatarProps {
  /** Name whose initials are shown; decoration, the name itself stands beside it. */
  name: string;
  /** Hex colour; otherwise one of ours, always the same for one name. */
  colour?: string;
  size?: number;
}

export function Avatar({ name, colour, size = 40 }: AvatarProps) {
  const background = colour ?? hues[hashOf(name) % hues.length]!;
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ width: size, height: size, fontSize: size * 0.4, background, color: inkOn(background) }}
    >
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("")
    .toLocaleUpperCase("fi");
}

function hashOf(text: string): number {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return hash;
}
