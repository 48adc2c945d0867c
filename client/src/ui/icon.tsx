import type { ReactNode } from "react";

/*
 * The interface's own icons: 24 px, stroke 2, round. Always decoration; the control around carries the name.
 */
const shapes = {
  play: <path d="M8 5.5v13l10.5-6.5z" fill="currentColor" />,
  pause: <path d="M8 5v14M16 5v14" strokeWidth="3.2" />,
  volume: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  muted: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5" />,
  fullscreen: <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />,
  exitFullscreen: <path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5" />,
  pictureInPicture: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2" />
      <rect x="12" y="12" width="7" height="5" rx="1" fill="currentColor" />
    </>
  ),
  captions: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="3" />
      <path d="M10.5 10.5a2.2 2.2 0 1 0 0 3M17 10.5a2.2 2.2 0 1 0 0 3" />
    </>
  ),
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4" />,
  globe: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c-5 6-5 12 0 18 5-6 5-12 0-18z" />
  ),
  theme: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
    </>
  ),
  sun: (
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M4.5 4.5 6 6M18 18l1.5 1.5M2.5 12h2M19.5 12h2M4.5 19.5 6 18M18 6l1.5-1.5" />
  ),
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z" />,
  chevronDown: <path d="m6 9 6 6 6-6" />,
  chevronRight: <path d="m9 6 6 6-6 6" />,
  arrowLeft: <path d="M19 12H5M11 6l-6 6 6 6" />,
  arrowRight: <path d="M5 12h14M13 6l6 6-6 6" />,
  arrowDown: <path d="M12 5v14M6 13l6 6 6-6" />,
  send: <path d="M4.5 12 4 5l16.5 7L4 19l.5-7zm0 0H12" />,
  trash: <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5" />,
  people: (
    <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M16 5a3.5 3.5 0 0 1 0 6.3M18 14.5c2 .8 3.2 2.5 3.5 5" />
  ),
  chat: <path d="M4 5h16v11h-9l-4.5 3.5V16H4z" />,
  close: <path d="M6 6l12 12M18 6 6 18" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  microphone: (
    <path d="M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 1 0-6 0v5a3 3 0 0 0 3 3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  ),
  microphoneOff: (
    <path d="M9 9.5v2a3 3 0 0 0 4.5 2.6M15 10.5v-4a3 3 0 0 0-5.8-1M5.5 11.5a6.5 6.5 0 0 0 10.5 5M18.5 11.5a6.5 6.5 0 0 1-.6 2.7M12 18v3M4 4l16 16" />
  ),
  camera: <path d="M3.5 7h12v10h-12zM15.5 11l5-3v8l-5-3z" />,
  cameraOff: <path d="M6.5 7h9v4l5-3v8l-3-1.8M15.5 15.5V17h-12V7M4 4l16 16" />,
  screen: <path d="M3 5h18v11.5H3zM9 20h6M12 16.5V20M12 13.5V8.5M9.5 10.7 12 8.2l2.5 2.5" />,
  hand: (
    <path d="M8 13V6.5a1.5 1.5 0 0 1 3 0V11M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8.5c0 3.5-2 6-5.5 6-2.5 0-4-1-5.3-3.3L4 13.3c-.6-1.4 1.3-2.3 2.2-1L8 14.5" />
  ),
  phone: (
    <path d="M6.5 4H10l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v3.5a2 2 0 0 1-2 2A15.5 15.5 0 0 1 4.5 6a2 2 0 0 1 2-2z" />
  ),
  leave: <path d="M14 4h5v16h-5M4 12h11M8 8l-4 4 4 4" />,
  calendar: <path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4" />,
  clock: <path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3.2 2" />,
  link: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1" />
  ),
  file: <path d="M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12.5h6M9 16h6" />,
  text: <path d="M5 6h14M5 10.5h14M5 15h9M5 19.5h6" />,
  external: <path d="M14 4.5h5.5V10M19.5 4.5 11 13M10 5.5H5v13.5h13.5v-5" />,
  upload: <path d="M12 15.5V4.5M7.5 9 12 4.5 16.5 9M4.5 15v4.5h15V15" />,
  plus: <path d="M12 5v14M5 12h14" />,
  pencil: <path d="M4.5 19.5l.8-4L16 4.8l3.2 3.2L8.5 18.7zM14 7l3 3" />,
  eye: (
    <path d="M2.5 12c2-4.3 5.4-6.5 9.5-6.5s7.5 2.2 9.5 6.5c-2 4.3-5.4 6.5-9.5 6.5S4.5 16.3 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z" />
  ),
  eyeOff: (
    <path d="M6 7.3A13 13 0 0 0 2.5 12c2 4.3 5.4 6.5 9.5 6.5 1.6 0 3-.3 4.3-1M9.5 5.8c.8-.2 1.6-.3 2.5-.3 4.1 0 7.5 2.2 9.5 6.5a13 13 0 0 1-2 3M4 4l16 16" />
  ),
  headphones: <path d="M4.5 14.5V12a7.5 7.5 0 0 1 15 0v2.5M4.5 14h3v6h-3zM16.5 14h3v6h-3z" />,
  replay: <path d="M5 5.5v5h5M5.3 10.5A7.5 7.5 0 1 1 4.5 14" />,
  back10: <path d="M5 4.5v5h5M5.3 9.5A7.5 7.5 0 1 1 4.5 13" />,
  video: <path d="M3.5 5.5h17v13h-17zM10 9.5v5l4.5-2.5z" />,
  coffee: (
    <path d="M5 9h12v6a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5zM17 10.5h1.5a2.5 2.5 0 0 1 0 5H17M8.5 3.5v2.5M13 3.5v2.5" />
  ),
  music: (
    <path d="M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z" />
  ),
  warning: <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1" />,
  info: <path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11v5M12 8v.1" />,
  more: <path d="M5.5 12h.1M12 12h.1M18.5 12h.1" strokeWidth="3" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  );
}
