// Run the tests of the single parts: each file of test/ is bundled and given to node's own test runner.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "verifier-web-"));
try {
  const files = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: here,
    entryPoints: files.map((name) => join("test", name)),
    bundle: true,
    format: "esm",
    platform: "node",
    outdir: out,
    outExtension: { ".js": ".mjs" },
    define: { VECTORS: JSON.stringify(join(here, "../tests/vectors")), FORMAT: JSON.stringify(join(here, "../docs/format.md")) },
    logLevel: "warning",
  });
  const made = files.map((name) => join(out, basename(name, ".ts") + ".mjs"));
  process.exitCode = spawnSync(process.execPath, ["--test", ...made], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}
