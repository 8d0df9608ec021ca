// How the client asks a node: fetch, of a browser or of Node.js. It signs nothing: a key authorises the transport.

export interface Options {
  /** An API key of the node. */
  key?: string;
  /** In place of the global fetch. */
  fetch?: typeof fetch;
}

/** A refusal or a failure, as the node describes it (RFC 9457). */
export class ProblemError extends Error {
  readonly status: number;
  readonly code?: string;
  readonly rule?: string;
  constructor(status: number, problem: { detail?: string; code?: string; rule?: string }) {
    super(problem.detail ?? `the node answered ${status}`);
    this.name = "ProblemError";
    this.status = status;
    this.code = problem.code;
    this.rule = problem.rule;
  }
}

/** Method, path, names of the fields in the path, of those in the query, and whether the others are a JSON body. */
export type Call = readonly [string, string, readonly string[], readonly string[], boolean];

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export class Transport {
  readonly url: string;
  readonly options: Options;
  constructor(url: string, options: Options) {
    this.url = url.replace(/\/$/, "");
    this.options = options;
  }

  async json<T>(call: Call, request: object, body?: BodyInit): Promise<T> {
    return (await (await this.ask(call, request, body, "application/json")).json()) as T;
  }

  bytes(call: Call, request: object, body?: BodyInit): Promise<Response> {
    return this.ask(call, request, body, "application/octet-stream, */*;q=0.1");
  }

  private async ask(call: Call, request: object, body: BodyInit | undefined, accept: string): Promise<Response> {
    const [method, path, inPath, inQuery, takesJson] = call;
    const left: Record<string, unknown> = { ...request };
    let target = path;
    for (const name of inPath) {
      target = target.replace(`{${name}}`, encodeURIComponent(text(left[name])));
      delete left[name];
    }
    const query = new URLSearchParams();
    for (const name of inQuery) {
      if (left[name] !== undefined && left[name] !== null) query.set(name, text(left[name]));
      delete left[name];
    }
    const headers: Record<string, string> = { accept };
    if (this.options.key) headers.authorization = `Bearer ${this.options.key}`;
    if (takesJson) headers["content-type"] = "application/json";
    else if (body !== undefined) headers["content-type"] = "application/octet-stream";
    const asked: RequestInit = { method, headers };
    if (takesJson) asked.body = JSON.stringify(left);
    else if (body !== undefined) asked.body = body;
    const ask = this.options.fetch ?? fetch;
    const answer = await ask(this.url + target + (query.size ? `?${query}` : ""), asked);
    if (answer.ok) return answer;
    throw new ProblemError(answer.status, await answer.json().catch(() => ({})));
  }
}
