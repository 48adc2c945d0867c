import { join } from "node:path";
import { expect, test } from "vitest";
import { readMesonList, readWorkerSources } from "../../../../media/worker/meson-sources.mjs";

test("reads a list with its later additions and leaves out comments and other lists", () => {
  const text = `
common_sources = [
  'src/lib.cpp',
  # 'src/old.cpp',
  'src/Worker.cpp', # the worker
]
test_sources = ['test/a.cpp']
if not get_option('x')
  common_sources += [ 'src/Bwe.cpp' ]
endif
all = common_sources + ['src/main.cpp']
`;
  expect(readMesonList(text, "common_sources")).toEqual(["src/lib.cpp", "src/Worker.cpp", "src/Bwe.cpp"]);
});

test("finds every source of the installed mediasoup, each once", async () => {
  const sources = await readWorkerSources(join("node_modules", "mediasoup", "worker"));
  expect(sources).toContain("src/main.cpp");
  expect(sources).toContain("src/RTC/DtlsTransport.cpp");
  expect(sources).toContain("src/DepLibWebRTC.cpp");
  expect(sources.some((path) => path.startsWith("deps/libwebrtc/libwebrtc/"))).toBe(true);
  expect(sources.some((path) => path.startsWith("test/"))).toBe(false);
  expect(new Set(sources).size).toBe(sources.length);
});
