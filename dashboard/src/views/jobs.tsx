// Jobs: the list, and one job with why it is where it is, its output and its log.
import { useState } from "preact/hooks";
import { client, useAsk } from "../node.ts";
import { Answer, Facts, Name, State, Table, Time, bytes, count, mana } from "../parts.tsx";

const PHASES = ["", "submitted", "assigned", "executing", "completed", "failed", "cancelled", "expired"] as const;
const SHOWN_MAX = 64 * 1024;

export function Jobs() {
  const [phase, setPhase] = useState<(typeof PHASES)[number]>("");
  const [before, setBefore] = useState<number | undefined>();
  const asked = useAsk(`jobs ${phase} ${before}`, () =>
    client().jobList({ count: 50, ...(phase ? { phase } : {}), ...(before ? { before } : {}) } as never));
  return (
    <>
      <div class="title">
        <h1>Jobs</h1>
        <label>Phase <select value={phase} onChange={(e) => {
          setPhase(e.currentTarget.value as typeof phase);
          setBefore(undefined);
        }}>{PHASES.map((p) => <option key={p} value={p}>{p || "all"}</option>)}</select></label>
      </div>
      <Answer asked={asked}>{(list) => (
        <>
          <Table label="Jobs" rows={list.jobs} empty="No jobs." columns={[
            { head: "No.", isNumber: true, isMinor: true, cell: (j) => j.number },
            { head: "Job", cell: (j) => <Name of={j.job_id} href={`#/jobs/${j.job_id}`} /> },
            { head: "Program", cell: (j) => j.program || <span class="quiet">–</span> },
            { head: "State", cell: (j) => <State of={j.outcome ?? j.phase} /> },
            { head: "Mana", isNumber: true, cell: (j) => mana(j.charged_umana) },
            { head: "Fuel", isNumber: true, isMinor: true, cell: (j) => count(j.fuel_used) },
            { head: "Accepted", isMinor: true, cell: (j) => <Time at={j.accepted} /> },
            { head: "Receipt", isMinor: true, cell: (j) =>
              j.receipt ? <Name of={j.receipt} href={`#/receipts/${j.receipt}`} /> : <span class="quiet">–</span> },
          ]} />
          <p class="pages">
            {before !== undefined && <button type="button" onClick={() => setBefore(undefined)}>Newest</button>}
            {list.next_before !== null &&
              <button type="button" onClick={() => setBefore(list.next_before as number)}>Older</button>}
          </p>
        </>
      )}</Answer>
    </>
  );
}

// The first bytes as text where they are text, else in hexadecimal.
async function shown(answer: Response): Promise<{ text: string; note: string }> {
  const all = new Uint8Array(await answer.arrayBuffer());
  const part = all.subarray(0, SHOWN_MAX);
  const note = all.length > part.length ? `the first ${bytes(part.length)} of ${bytes(all.length)}` : bytes(all.length);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(part, { stream: all.length > part.length });
    if (!/[\0-\x08\x0e-\x1a]/.test(text)) return { text, note };
  } catch {
    // Not text.
  }
  const hex = Array.from(part.subarray(0, 1024), (byte) => byte.toString(16).padStart(2, "0"));
  return { text: hex.join(" ").replace(/((?:\S+ ){16})/g, "$1\n"), note: `${note}, in hexadecimal` };
}

function Text({ title, what, ask, isFixed }: {
  title: string; what: string; ask: () => Promise<Response>; isFixed: boolean;
}) {
  const asked = useAsk(what, async () => shown(await ask()), isFixed);
  return (
    <section>
      <h2>{title} {asked.value && <small>{asked.value.note}</small>}</h2>
      <Answer asked={asked}>{(it) => it.text
        ? <pre tabIndex={0} aria-label={title}>{it.text}</pre> : <p class="quiet">Empty.</p>}</Answer>
    </section>
  );
}

export function Job({ id }: { id: string }) {
  const asked = useAsk(`job ${id}`, () => client().jobDescribe({ job: id }));
  const why = useAsk(`why ${id}`, () => client().jobWhy({ job: id }));
  return (
    <>
      <p class="up"><a href="#/jobs">Jobs</a></p>
      <Answer asked={asked}>{(job) => (
        <>
          <h1>{job.program || "Job"} <State of={job.outcome ?? job.phase} /></h1>
          <Facts rows={[
            ["Job", <code>{job.job_id}</code>],
            ["Phase", job.phase ?? "–"],
            ["Accepted", <Time at={job.accepted} />],
            ["Submitter", <Name of={job.submitter} />],
            ["Executor", <Name of={job.executor} />],
            ["Charged", `${mana(job.charged_umana)} mana of ${mana(job.reserved_umana)} reserved`],
            ["Fuel", `${count(job.fuel_used)} of ${count(job.fuel_limit)}`],
            ["Memory", `${count(job.memory_pages)} pages`],
            ["Receipt", job.receipt ? <Name of={job.receipt} href={`#/receipts/${job.receipt}`} /> : "–"],
          ]} />
          <section>
            <h2>Why</h2>
            <Answer asked={why}>{(it) => <ul class="why">{it.why.map((line) => <li key={line}>{line}</li>)}</ul>}</Answer>
          </section>
          {job.output_cid && <Text title="Output" what={`output ${job.job_id}`} isFixed
            ask={() => client().jobOutputBytes({ job: job.job_id! })} />}
          {job.phase !== "submitted" && <Text title="Log" what={`log ${job.job_id}`} isFixed={job.outcome !== null}
            ask={() => client().jobLogsBytes({ job: job.job_id!, follow: false } as never)} />}
        </>
      )}</Answer>
    </>
  );
}
