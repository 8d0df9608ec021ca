// A receipt, verified here; and what the node reports about it.
import { client, useAsk } from "../node.ts";
import { Answer, Facts, Name, State, Table, count } from "../parts.tsx";
import { verifyReceipt } from "../verify.ts";

export function Receipt({ id }: { id: string }) {
  const asked = useAsk(`receipt ${id}`, () => client().receiptShow({ receipt: id }), true);
  const here = useAsk(`verified ${id}`, () => verifyReceipt(id), true);
  const there = useAsk(`verification ${id}`, () => client().receiptVerify({ receipt: id }), true);
  const verdict = here.value && (here.value.every((check) => check.isGood) ? "verified" : "failed check");
  return (
    <>
      <p class="up"><a href="#/jobs">Jobs</a></p>
      <h1>Receipt {verdict && <State of={verdict} />}</h1>
      <Answer asked={asked}>{(receipt) => (
        <Facts rows={[
          ["Receipt", <code>{receipt.receipt}</code>],
          ["Job", <Name of={receipt.job} href={`#/jobs/${receipt.job}`} />],
          ["Executor", <Name of={receipt.executor} />],
          ["Outcome", <State of={receipt.outcome.kind} />],
          ["Fuel", count(receipt.fuel)],
          ["Memory", `${count(receipt.memory_pages)} pages`],
          ["Output", <Name of={receipt.output} />],
          ["Anchor", <Name of={receipt.anchor} />],
        ]} />
      )}</Answer>
      <section>
        <h2>Checked in this browser</h2>
        <Answer asked={here}>{(checks) => (
          <Table label="Checked in this browser" rows={checks} empty="" columns={[
            { head: "Check", cell: (c) => c.what },
            { head: "Result", cell: (c) => <State of={c.isGood ? "verified" : "failed check"} /> },
            { head: "Detail", cell: (c) => <span class="long">{c.detail}</span> },
          ]} />
        )}</Answer>
        <p class="quiet">Computed here from the bytes of the blocks. Not checked here: the signatures of job, order and
          anchor, whether the executor has replaced its key since, and whether running the job again gives the same.</p>
      </section>
      <section>
        <h2>Reported by the node</h2>
        <Answer asked={there}>{(it) => (
          <Table label="Reported by the node" rows={it.checks} empty="Nothing." columns={[
            { head: "Check", cell: (c) => c.what },
            { head: "Detail", cell: (c) => <span class="long">{c.detail}</span> },
          ]} />
        )}</Answer>
      </section>
    </>
  );
}
