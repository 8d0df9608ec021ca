// Small pieces that the views share: amounts, times, names, tables and messages.
import type { ComponentChildren } from "preact";
import type { Asked } from "./node.ts";

// µmana as mana, exactly.
export function mana(umana: string): string {
  const isNegative = umana.startsWith("-");
  const digits = umana.replace("-", "").padStart(7, "0");
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const part = digits.slice(-6).replace(/0+$/, "");
  return (isNegative ? "\u2212" : "") + whole + (part ? "." + part : "");
}

export const count = (value: number | bigint): string => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; value >= 1024 && unit + 1 < units.length; value /= 1024) ++unit;
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}

export function Time({ at }: { at: string | null | undefined }) {
  if (!at) return <span class="quiet">–</span>;
  return <time dateTime={at} title={at}>{at.slice(0, 10)} {at.slice(11, 19)}</time>;
}

// A CID or a DID: its beginning and end; whole as a title and for copying.
export function Name({ of, href }: { of: string | null | undefined; href?: string }) {
  if (!of) return <span class="quiet">–</span>;
  const head = of.startsWith("did:key:") ? 14 : 8;
  const text = of.length > head + 7 ? `${of.slice(0, head)}…${of.slice(-6)}` : of;
  return href ? <a class="name" href={href} title={of}>{text}</a> : <span class="name" title={of}>{text}</span>;
}

const GOOD = ["ok", "completed", "executed", "accepted", "active", "ready", "serving", "verified"];
const BAD = ["trap", "failed", "refused", "rejected", "out_of_fuel", "stack_overflow", "infrastructure", "removed",
  "suspended", "nonzero_exit", "not ready", "failed check"];

export function State({ of }: { of: string | null | undefined }) {
  const tone = !of ? "" : GOOD.includes(of) ? "good" : BAD.includes(of) ? "bad" : "open";
  return <span class={`state ${tone}`}>{(of ?? "–").replaceAll("_", " ")}</span>;
}

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  isNumber?: boolean;
  isMinor?: boolean;
}

export function Table<Row>({ label, rows, columns, empty }: {
  label: string; rows: readonly Row[]; columns: readonly Column<Row>[]; empty: string;
}) {
  if (!rows.length) return <p class="quiet">{empty}</p>;
  const of = (column: Column<Row>) => [column.isNumber ? "number" : "", column.isMinor ? "minor" : ""].join(" ").trim();
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead><tr>{columns.map((c) => <th scope="col" class={of(c)} key={c.head}>{c.head}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, i) => <tr key={i}>{columns.map((c) => <td class={of(c)} key={c.head}>{c.cell(row)}</td>)}</tr>)}
        </tbody>
      </table>
    </div>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }) {
  return <dl class="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

// What was asked, or why there is no answer.
export function Answer<T>({ asked, children }: { asked: Asked<T>; children: (value: T) => ComponentChildren }) {
  return (
    <>
      {asked.error && <p class="error" role="alert">{asked.error.message}</p>}
      {asked.value !== undefined ? children(asked.value) : !asked.error && <p class="quiet">Asking…</p>}
    </>
  );
}
