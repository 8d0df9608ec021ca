// The frame of the dashboard: navigation, the view of the address, and the key of this tab.
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { client, keepKey, key, needsKey, restart, takeKeyFromAddress, useAsk } from "./node.ts";
import { Job, Jobs } from "./views/jobs.tsx";
import { Mana } from "./views/mana.tsx";
import { Health, Members, Parameters, Store } from "./views/node.tsx";
import { Proposal, Proposals } from "./views/proposals.tsx";
import { Receipt } from "./views/receipt.tsx";

const VIEWS = [
  ["jobs", "Jobs"], ["mana", "Mana"], ["proposals", "Proposals"], ["parameters", "Parameters"],
  ["members", "Members"], ["store", "Store"], ["health", "Health"],
] as const;

function view(name: string, of: string | undefined) {
  switch (name) {
    case "jobs": return of ? <Job id={of} /> : <Jobs />;
    case "receipts": return <Receipt id={of ?? ""} />;
    case "mana": return <Mana />;
    case "proposals": return of ? <Proposal id={of} /> : <Proposals />;
    case "parameters": return <Parameters />;
    case "members": return <Members />;
    case "store": return <Store />;
    case "health": return <Health />;
    default: return <><h1>Nothing here</h1><p><a href="#/jobs">Jobs</a></p></>;
  }
}

function Key({ isRefused }: { isRefused: boolean }) {
  const [value, setValue] = useState(key());
  return (
    <form class="key" onSubmit={(event) => { event.preventDefault(); keepKey(value.trim()); }}>
      <h1>This node asks for a key</h1>
      <p>{isRefused && key() ? "The node refuses the key of this tab. " : ""}
        An administrator of the node makes keys. It is kept in this tab only, until the tab is closed.</p>
      <label for="key">API key</label>
      <input id="key" type="password" autocomplete="off" spellcheck={false} value={value}
        onInput={(event) => setValue(event.currentTarget.value)} />
      <button type="submit">Use this key</button>
    </form>
  );
}

function App() {
  const [address, setAddress] = useState(location.hash);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const moved = () => {
      takeKeyFromAddress();
      setAddress(location.hash);
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const status = useAsk("status", () => client().nodeStatus());
  const scope = useAsk("scope", () => client().coopShow());
  const [, name = "jobs", of] = address.split("/");
  const isLocked = needsKey(status.error);
  useEffect(() => {
    const label = VIEWS.find(([view]) => view === name)?.[1] ?? "Receipt";
    document.title = `${label} – ${scope.value?.name ?? "icn node"}`;
  }, [name, scope.value?.name]);
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>Skip to content</a>
      <header>
        <p class="where"><strong>{scope.value?.name ?? "icn"}</strong>
          {status.value && <span>{status.value.environment} · {status.value.version}</span>}</p>
        <nav aria-label="Views">
          <ul>{VIEWS.map(([view, label]) => (
            <li key={view}><a href={`#/${view}`} aria-current={view === name ? "page" : undefined}>{label}</a></li>
          ))}</ul>
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {isLocked ? <Key isRefused={isLocked} /> : view(name, of && decodeURIComponent(of))}
      </main>
    </>
  );
}

takeKeyFromAddress();
if (!location.hash) history.replaceState(null, "", "#/jobs");
restart();
render(<App />, document.getElementById("app")!);
