// Parameters, members, the store and health: what an administrator looks at.
import { client, useAsk } from "../node.ts";
import { Answer, Facts, Name, State, Table, Time, bytes, count } from "../parts.tsx";

const BIGGEST = 18446744073709551615;
const limit = (value: number): string => (value >= BIGGEST ? "no limit" : count(value));

export function Parameters() {
  const asked = useAsk("parameters", () => client().paramList());
  return (
    <>
      <h1>Parameters</h1>
      <Answer asked={asked}>{(it) => (
        <Table label="Parameters" rows={it.rows} empty="No parameters." columns={[
          { head: "Name", cell: (p) => <><code>{p.name}</code><br /><span class="quiet">{p.text}</span></> },
          { head: "Value", isNumber: true, cell: (p) => p.value === p.default ? limit(p.value)
            : <strong>{limit(p.value)}</strong> },
          { head: "Default", isNumber: true, isMinor: true, cell: (p) => limit(p.default) },
          { head: "Unit", isMinor: true, cell: (p) => p.unit },
        ]} />
      )}</Answer>
    </>
  );
}

export function Members() {
  const scope = useAsk("scope", () => client().coopShow());
  const asked = useAsk("members", () => client().coopMembers({ count: 200 }));
  return (
    <>
      <h1>Members</h1>
      <Answer asked={scope}>{(it) => (
        <Facts rows={[
          ["Scope", <Name of={it.scope} />],
          ["Active", count(it.members)],
          ["Suspended", count(it.suspended)],
          ["Entries of the log", count(it.position)],
        ]} />
      )}</Answer>
      <Answer asked={asked}>{(it) => (
        <>
          <Table label="Members" rows={it.members} empty="No members." columns={[
            { head: "Member", cell: (m) => <Name of={m.did} /> },
            { head: "Status", cell: (m) => <State of={m.status} /> },
            { head: "Home", isMinor: true, cell: (m) => <Name of={m.home} /> },
            { head: "Since entry", isNumber: true, cell: (m) => count(m.since) },
          ]} />
          {it.next_after && <p class="quiet">The first {count(it.members.length)} members.</p>}
        </>
      )}</Answer>
    </>
  );
}

export function Store() {
  const dag = useAsk("dag", () => client().dagStat());
  const status = useAsk("node", () => client().nodeStatus());
  const pins = useAsk("pins", () => client().dagPins({ count: 100 }));
  return (
    <>
      <h1>Store</h1>
      <Answer asked={dag}>{(it) => (
        <Facts rows={[
          ["Kind", it.store],
          ["Blocks", count(it.blocks)],
          ["Bytes", bytes(it.bytes)],
          ["Room used", status.value ? `${bytes(status.value.dag_bytes)} of ${
            status.value.dag_quota_bytes ? bytes(status.value.dag_quota_bytes) : "no quota"}` : "–"],
        ]} />
      )}</Answer>
      <section><h2>Pins</h2>
        <Answer asked={pins}>{(it) => (
          <Table label="Pins" rows={it.pins} empty="Nothing is pinned." columns={[
            { head: "Kind", cell: (p) => p.kind },
            { head: "Holder", cell: (p) => <Name of={p.holder} /> },
            { head: "Roots", cell: (p) => p.roots.map((root) => <><Name of={root} /> </>) },
            { head: "Until", isMinor: true, cell: (p) => <Time at={p.until} /> },
          ]} />
        )}</Answer>
      </section>
    </>
  );
}

export function Health() {
  const asked = useAsk("health", () => client().nodeStatus());
  const owed = useAsk("obligations", () => client().nodeObligations({ count: 50 }));
  return (
    <Answer asked={asked}>{(it) => (
      <>
        <h1>Health <State of={it.readiness.ready ? "ready" : "not ready"} /></h1>
        <Facts rows={[
          ["Node", <Name of={it.node} />],
          ["Phase", it.phase],
          ["Environment", it.environment],
          ["Version", it.version],
          ["Started", <Time at={it.started} />],
          ["Jobs", `${count(it.jobs_running)} running, ${count(it.jobs_waiting)} waiting`],
          ["Obligations", `${count(it.obligations)}, ${count(it.overdue)} overdue`],
        ]} />
        <section><h2>Dependencies</h2>
          <Table label="Dependencies" rows={it.readiness.dependencies} empty="" columns={[
            { head: "Dependency", cell: (d) => d.name.replaceAll("_", " ") },
            { head: "State", cell: (d) => <State of={d.ready ? "ready" : "not ready"} /> },
            { head: "Reason", cell: (d) => d.problem ?? <span class="quiet">–</span> },
          ]} />
        </section>
        <section><h2>Owed</h2>
          <Answer asked={owed}>{(o) => (
            <Table label="Owed" rows={o.obligations as unknown as Record<string, unknown>[]} empty="Nothing is owed."
              columns={[
                { head: "What", cell: (row) => String(row.kind ?? row.what ?? "") },
                { head: "Subject", cell: (row) => <Name of={row.subject as string | null} /> },
                { head: "Due", cell: (row) => <Time at={(row.due ?? row.deadline ?? row.by) as string | null} /> },
              ]} />
          )}</Answer>
        </section>
      </>
    )}</Answer>
  );
}
