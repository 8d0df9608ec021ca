// Builds dist/ from src/: one script and one style sheet whose names change with their content, the page and its icon.
//   node build.mjs [OUT]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "dist"));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const built = await build({
  absWorkingDir: here,
  entryPoints: ["src/app.tsx", "src/style.css"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  outdir: out,
  write: false,
});
let page = readFileSync(join(here, "src/index.html"), "utf8");
const place = (name, contents) => {
  const [stem, ending] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf("."))];
  const named = `${stem}-${createHash("sha256").update(contents).digest("hex").slice(0, 12)}${ending}`;
  writeFileSync(join(out, named), contents);
  page = page.replace(name, named);
};
for (const file of built.outputFiles) place(basename(file.path), file.contents);
place("icon.svg", readFileSync(join(here, "src/icon.svg")));
writeFileSync(join(out, "index.html"), page);
