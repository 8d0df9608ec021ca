// The sources of the dashboard have sound types, and build exactly what is committed in dashboard/dist.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { root, sources } from "./support.mjs";

test("the committed bundle is what the sources build", (t) => {
  const copy = sources();
  t.after(copy.remove);
  const here = join(copy.folder, "dashboard");
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here], { stdio: "inherit" });
  const [built, committed] = [join(copy.folder, "built"), join(root, "dashboard/dist")];
  execFileSync(process.execPath, [join(here, "build.mjs"), built], { stdio: "inherit" });
  assert.deepEqual(readdirSync(built), readdirSync(committed), "node dashboard/build.mjs writes dashboard/dist");
  for (const name of readdirSync(built))
    assert.ok(readFileSync(join(built, name)).equals(readFileSync(join(committed, name))), name);
});
