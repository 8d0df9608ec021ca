// Mana of the member: the balance, its course, and the statement.
import { client, useAsk } from "../node.ts";
import { Answer, Facts, Name, Table, Time, mana } from "../parts.tsx";

interface Row {
  time: string;
  what: string;
  amount_umana: string;
  balance_umana: string;
}

const [WIDTH, HEIGHT, LEFT, BELOW] = [720, 180, 76, 22];

// Steps: a balance holds until the next row. Rows that regenerated are marked.
function Chart({ rows }: { rows: readonly Row[] }) {
  if (rows.length < 2) return null;
  const times = rows.map((row) => Date.parse(row.time));
  const values = rows.map((row) => Number(row.balance_umana));
  const [first, last] = [times[0]!, Math.max(times.at(-1)!, times[0]! + 1)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * 0.08 || 1;
  const x = (time: number) => LEFT + ((time - first) / (last - first)) * (WIDTH - LEFT - 8);
  const y = (value: number) => 8 + ((high + room - value) / (high - low + 2 * room)) * (HEIGHT - BELOW - 8);
  let line = `M${x(first).toFixed(1)} ${y(values[0]!).toFixed(1)}`;
  for (let i = 1; i < rows.length; ++i) line += `H${x(times[i]!).toFixed(1)}V${y(values[i]!).toFixed(1)}`;
  const round = (value: number) => mana(String(Math.round(value / 1000) * 1000));
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img"
      aria-label={`Balance from ${mana(rows[0]!.balance_umana)} to ${mana(rows.at(-1)!.balance_umana)} mana`}>
      {[high, (high + low) / 2, low].map((value, i) => (
        <g key={i}>
          <line x1={LEFT} x2={WIDTH - 8} y1={y(value)} y2={y(value)} class="grid" />
          <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">{round(value)}</text>
        </g>
      ))}
      <path d={line} class="line" />
      {rows.map((row, i) => row.what === "due" || row.what.startsWith("regen")
        ? <circle key={i} cx={x(times[i]!)} cy={y(values[i]!)} r="3.5" class="mark" /> : null)}
      <text x={LEFT} y={HEIGHT - 4}>{rows[0]!.time.slice(0, 16).replace("T", " ")}</text>
      <text x={WIDTH - 8} y={HEIGHT - 4} text-anchor="end">{rows.at(-1)!.time.slice(0, 16).replace("T", " ")}</text>
    </svg>
  );
}

export function Mana() {
  const balance = useAsk("balance", () => client().manaBalance());
  const statement = useAsk("statement", () => client().manaStatement({ count: 200 }));
  const rate = useAsk("rate", () => client().paramGet({ name: "mana_regeneration_umana_per_hour" }));
  return (
    <>
      <h1>Mana</h1>
      <Answer asked={balance}>{(it) => (
        <Facts rows={[
          ["Account", <Name of={it.did} />],
          ["Available", `${mana(it.available_umana)} mana`],
          ["Reserved for open jobs", `${mana(it.reserved_umana)} mana`],
          ["Regenerated since then", `${mana(it.due_umana)} mana`],
          ["Regeneration per hour", rate.value ? `${mana(String(rate.value.value))} mana` : "–"],
          ["Reputation", `${mana(it.reputation_micro_points)} points`],
        ]} />
      )}</Answer>
      <Answer asked={statement}>{(it) => (
        <>
          <section><h2>Balance</h2>
            {it.rows.length < 2 ? <p class="quiet">Too few changes for a chart.</p> : <Chart rows={it.rows} />}
          </section>
          <section><h2>Statement</h2>
            <Table label="Statement" rows={[...it.rows].reverse()} empty="No changes." columns={[
              { head: "Time", cell: (r) => <Time at={r.time} /> },
              { head: "What", cell: (r) => r.what.replaceAll("_", " ") },
              { head: "Job", isMinor: true, cell: (r) =>
                r.job ? <Name of={r.job} href={`#/jobs/${r.job}`} /> : <span class="quiet">–</span> },
              { head: "Change", isNumber: true, cell: (r) => mana(r.amount_umana) },
              { head: "Balance", isNumber: true, cell: (r) => mana(r.balance_umana) },
            ]} />
          </section>
        </>
      )}</Answer>
    </>
  );
}
