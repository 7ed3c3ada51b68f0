// Build the page: one file, the same bytes from the same sources.
//
//     node build.mjs            write ../evidence_vault/exports/verify.html
//     node build.mjs --check    say whether it is up to date; exit code 1 where it is not

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.OUT ?? join(here, "../evidence_vault/exports/verify.html");
const read = (name) => readFileSync(join(here, name), "utf8").replaceAll("\r\n", "\n");

const bundled = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts"],
  bundle: true,
  write: false,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none", // all licences stand in the comment at the head of the page
  supported: { "inline-script": false }, // no closing tag of a script inside a string
  logLevel: "warning",
});
const script = "\n" + bundled.outputFiles[0].text;
const style = "\n" + read("src/page/page.css");
const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(style)}`,
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const parts = { policy, licences: read("LICENSES").replaceAll("--", "- -"), style, script };
const page = read("src/page/page.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
if (/<\/script|<!--/i.test(script)) throw new Error("the program holds what would end or comment out its own element");

if (process.argv.includes("--check")) {
  if (!existsSync(out) || readFileSync(out, "utf8") !== page) {
    console.error("evidence_vault/exports/verify.html is not up to date: run `make verifier`.");
    process.exit(1);
  }
} else {
  writeFileSync(out, page);
}
