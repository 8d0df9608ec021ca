// Proposals: the list, and one with its votes and exactly what it would change.
import { client, useAsk } from "../node.ts";
import { Answer, Facts, Name, State, Table, Time, count, mana } from "../parts.tsx";

export function Proposals() {
  const asked = useAsk("proposals", () => client().govList({ count: 50 }));
  return (
    <>
      <h1>Proposals</h1>
      <Answer asked={asked}>{(it) => (
        <Table label="Proposals" rows={it.proposals} empty="No proposals." columns={[
          { head: "Title", cell: (p) => <a href={`#/proposals/${p.proposal}`}>{p.title || p.kind}</a> },
          { head: "Kind", isMinor: true, cell: (p) => p.kind },
          { head: "State", cell: (p) => <State of={p.state} /> },
          { head: "Yes", isNumber: true, cell: (p) => p.votes.yes },
          { head: "No", isNumber: true, cell: (p) => p.votes.no },
          { head: "Closes", isMinor: true, cell: (p) => <Time at={p.closes} /> },
        ]} />
      )}</Answer>
    </>
  );
}

function Change({ id }: { id: string }) {
  const asked = useAsk(`dry run ${id}`, () => client().govDryRun({ proposal: id }));
  return (
    <section>
      <h2>What it would change now</h2>
      <Answer asked={asked}>{(it) => {
        const rows = [
          ...it.parameters.map((p) => [p.name, p.before, p.after]),
          ...it.members.map((m) => [m.did, m.before ?? "not a member", m.after]),
          ...it.balances.map((b) => [b.account, `${mana(b.before_umana)} mana`, `${mana(b.after_umana)} mana`]),
        ] as [string, string, string][];
        return (
          <>
            {it.refused && <p class="error">{String(it.refused)}</p>}
            <Table label="What it would change" rows={rows} empty="No parameter, member or balance." columns={[
              { head: "What", cell: (r) => r[0].startsWith("did:") ? <Name of={r[0]} /> : <code>{r[0]}</code> },
              { head: "Before", isNumber: true, cell: (r) => <del>{r[1]}</del> },
              { head: "After", isNumber: true, cell: (r) => <ins>{r[2]}</ins> },
            ]} />
            {it.charges.length > 0 && <p class="quiet">The last {count(it.charges.length)} jobs would have cost{" "}
              {mana(it.charged_after_umana)} mana instead of {mana(it.charged_before_umana)}.</p>}
          </>
        );
      }}</Answer>
    </section>
  );
}

export function Proposal({ id }: { id: string }) {
  const asked = useAsk(`proposal ${id}`, () => client().govShow({ proposal: id }));
  return (
    <>
      <p class="up"><a href="#/proposals">Proposals</a></p>
      <Answer asked={asked}>{(p) => (
        <>
          <h1>{p.title || p.kind} <State of={p.state} /></h1>
          <Facts rows={[
            ["Proposal", <code>{p.proposal}</code>],
            ["Kind", p.kind],
            ["Proposer", <Name of={p.proposer} />],
            ["Opens", <Time at={p.opens} />],
            ["Closes", <Time at={p.closes} />],
            ["Votes", `${p.votes.yes} yes, ${p.votes.no} no, ${p.votes.abstain} abstained, of ${p.electorate}`],
            ["Needs", `${p.quorum} taking part, and more than ${p.threshold_ppm / 10000} % yes`],
          ]} />
          {["sponsorship", "deliberation", "voting", "timelock"].includes(p.state) && <Change id={p.proposal} />}
          <p class="quiet">A vote is signed with its member's key, which the node keeps: members vote with their own
            program, not in this page.</p>
        </>
      )}</Answer>
    </>
  );
}
