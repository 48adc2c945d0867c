import { expect, test } from "vitest";
import { toSourceLines, toSourceStanzas } from "../../../../media/worker/build-libsrtp.mjs";

const STANZAS = `Types: deb
# a comment
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://example.org/packages
Suites: nodistro
Components: main
`;

test("only the distribution's own stanzas become sources, with their key", () => {
  const source = toSourceStanzas(STANZAS, "bookworm");
  expect(source).toBe(`Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
});

test("one-line sources keep their options, others' repositories are left out", () => {
  const lines = `# deb http://commented.example bookworm main
deb [signed-by=/k.gpg arch=amd64] http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb https://example.org/apt cloud-sdk-bookworm main
`;
  expect(
    toSourceLines(lines, "bookworm"),
  ).toBe(`deb-src [signed-by=/k.gpg arch=amd64] http://deb.debian.org/debian bookworm main
deb-src http://deb.debian.org/debian bookworm-updates main
`);
});
