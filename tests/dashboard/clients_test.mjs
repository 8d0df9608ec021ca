// The client for TypeScript works with a running node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { guest, require, sources, startNode } from "./support.mjs";

test("the client asks a running node", async (t) => {
  const copy = sources();
  t.after(copy.remove);
  const bundle = join(copy.folder, "client.mjs");
  require("esbuild").buildSync({
    entryPoints: [join(copy.folder, "clients/typescript/icn_client.ts")], bundle: true, format: "esm", outfile: bundle,
  });
  const { Client, ProblemError } = await import(pathToFileURL(bundle));
  const node = await startNode();
  t.after(node.stop);
  const client = new Client(node.url);
  assert.equal((await client.nodeStatus()).phase, "serving");
  const module = readFileSync(guest("word_count")).toString("hex");
  const job = await client.jobRun({ module, inputs: [Buffer.from("two words\n").toString("hex")], program: "words" });
  assert.equal(job.outcome, "ok");
  assert.equal((await client.jobList({ count: 1 })).jobs[0].job_id, job.job_id);
  assert.match(await (await client.jobOutputBytes({ job: job.job_id })).text(), /2 words/);
  assert.equal((await client.receiptVerify({ receipt: job.receipt })).verified, true);
  const put = await client.dagPut(new Uint8Array([1, 2, 3]));
  assert.deepEqual(new Uint8Array(await (await client.dagCatBytes({ cid: put.cid })).arrayBuffer()),
    new Uint8Array([1, 2, 3]));
  await assert.rejects(client.jobDescribe({ job: "a/b?c" }), (error) =>
    error instanceof ProblemError && error.status === 400 && error.message.includes("a/b?c"));
});
