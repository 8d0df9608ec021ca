// A development node for a test, and a relay from TCP to its unix socket, whose caller may do everything.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const require = createRequire(join(process.env.ICN_NPM, "package.json"));
export const guest = (name) => join(process.env.ICN_GUESTS, `${name}.wasm`);

// A copy of the sources with the packages of the lock file, in a folder that the test removes.
export function sources() {
  const folder = mkdtempSync(join(tmpdir(), "icn-dashboard-"));
  for (const part of ["dashboard", "clients"])
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (from) => !from.endsWith("node_modules") });
  symlinkSync(join(process.env.ICN_NPM, "node_modules"), join(folder, "dashboard/node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function startNode() {
  const folder = mkdtempSync(join(tmpdir(), "icn-node-"));
  const data = join(folder, "data");
  const env = { ...process.env, ICN_ENVIRONMENT: "development" };
  const icn = (...args) => execFileSync(process.env.ICN, ["--data", data, ...args],
    { env, input: "two words\n", stdio: ["pipe", "pipe", "pipe"] }).toString();
  icn("init", "--development");
  const node = spawn(process.env.ICN, ["--data", data, "node", "run"], { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => node.on("exit", resolve));
  const lines = createInterface(node.stderr);
  await new Promise((ready, failed) => {
    lines.on("line", (line) => line.includes("serving") && ready());
    ended.then((code) => failed(new Error(`the node ended with ${code}`)));
  });
  const relay = net.createServer((from) => {
    const to = net.connect(join(data, "icn.sock"));
    for (const [one, other] of [[from, to], [to, from]]) {
      one.pipe(other);
      one.on("error", () => other.destroy());
    }
  });
  await new Promise((listening) => relay.listen(0, "127.0.0.1", listening));
  const stop = async () => {
    relay.close();
    node.kill("SIGTERM");
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the node ended with ${code}`);
  };
  return { icn, url: `http://127.0.0.1:${relay.address().port}`, stop };
}
