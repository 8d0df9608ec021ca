// Written by tools/generate_clients.py from docs/openapi.json.
import { Transport, type Options } from "./transport.ts";
export { ProblemError, type Options } from "./transport.ts";

/** A key of the world that a job reads. */
export type ValueReadKey = string;

/** CIDv1 in base32 of a SHA-256. */
export type ValueCid = string;

/** An Ed25519 key as a DID. */
export type ValueDid = string;

/** An amount in µmana (a millionth of a mana), decimal, below 2^64. */
export type ValueUmana = string;

/** A job that was run, submitted, waited for or refused. */
export type Job = {
  /** the CID of the job's body; null for a refused job */
  job_id: ValueCid | null;
  /** how it ended; null while it is open */
  outcome: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped" | "refused" | "infrastructure" | "cancelled" | "expired" | null;
  /** its phase; null for a refused job */
  phase: "submitted" | "bidding" | "assigned" | "executing" | "delivered" | "settled" | "completed" | "failed" | "cancelled" | "expired" | null;
  /** exit status of nonzero_exit, trap code of trap, number of the error without a run */
  code: number;
  /** the limit or rule that refused the request */
  rule: string | null;
  /** name of the trap */
  trap: string | null;
  /** exit code of icn; null while the job is open */
  exit_code: number | null;
  /** its signed receipt */
  receipt: ValueCid | null;
  /** its output */
  output_cid: ValueCid | null;
  /** fuel that the run used */
  fuel_used: number;
  /** most fuel that it may use */
  fuel_limit: number;
  /** the most memory it had, in pages of 64 KiB */
  memory_pages: number;
  /** held from the submitter at acceptance */
  reserved_umana: ValueUmana;
  /** paid by the submitter */
  charged_umana: ValueUmana;
  /** returned to the submitter */
  released_umana: ValueUmana;
  /** the node that runs or ran it */
  executor: ValueDid | null;
  /** explanation for people; may be empty */
  message: string;
  /** note of the home: the same job was accepted before, or the discount was reduced */
  note?: string;
};

/** What a job would use and cost; nothing was charged. */
export type Simulation = {
  /** how the run ended */
  outcome: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped";
  /** exit status of nonzero_exit, trap code of trap; else 0 */
  code: number;
  /** exit code of the program */
  exit_code: number;
  /** fuel that the run used */
  fuel_used: number;
  /** most fuel that it may use */
  fuel_limit: number;
  /** the most memory it had, in pages of 64 KiB */
  memory_pages: number;
  /** size of its output */
  output_bytes: number;
  /** number of changes that it requested */
  effects: number;
  /** the least accepted price */
  minimum_cost_mana: number;
  /** reserve required of the submitter */
  reserve_umana: ValueUmana;
  /** reserve of the treasury */
  discount_umana: ValueUmana;
  /** reserved for its effects */
  budget_umana: ValueUmana;
  /** the submitter's share of the price of this run */
  charged_umana: ValueUmana;
  /** the whole price of this run */
  pay_umana: ValueUmana;
  /** the submitter's available balance */
  available_umana: ValueUmana;
  /** explanation for people; may be empty */
  message: string;
};

/** The results of the waiting jobs and of the jobs that they submitted. */
export type Work = {
  /** jobs whose program ran to completion */
  completed: number;
  /** jobs that ended otherwise */
  failed: number;
  /** jobs that still wait, after an interruption */
  left: number;
};

/** A time in UTC, RFC 3339 with milliseconds. */
export type ValueTime = string;

/** Jobs, newest first. */
export type JobList = {
  /** jobs, newest first */
  jobs: ({
    /** the CID of the job's body; null for a refused job */
    job_id: ValueCid | null;
    /** how it ended; null while it is open */
    outcome: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped" | "refused" | "infrastructure" | "cancelled" | "expired" | null;
    /** its phase; null for a refused job */
    phase: "submitted" | "bidding" | "assigned" | "executing" | "delivered" | "settled" | "completed" | "failed" | "cancelled" | "expired" | null;
    /** exit status of nonzero_exit, trap code of trap, number of the error without a run */
    code: number;
    /** the limit or rule that refused the request */
    rule: string | null;
    /** name of the trap */
    trap: string | null;
    /** exit code of icn; null while the job is open */
    exit_code: number | null;
    /** its signed receipt */
    receipt: ValueCid | null;
    /** its output */
    output_cid: ValueCid | null;
    /** fuel that the run used */
    fuel_used: number;
    /** most fuel that it may use */
    fuel_limit: number;
    /** the most memory it had, in pages of 64 KiB */
    memory_pages: number;
    /** held from the submitter at acceptance */
    reserved_umana: ValueUmana;
    /** paid by the submitter */
    charged_umana: ValueUmana;
    /** returned to the submitter */
    released_umana: ValueUmana;
    /** the node that runs or ran it */
    executor: ValueDid | null;
    /** explanation for people; may be empty */
    message: string;
    /** acceptance number of its home, from 1 */
    number: number;
    /** unsigned label of the program; null for a job without one */
    program: string | null;
    /** when its home accepted it */
    accepted: ValueTime;
  })[];
  /** `before` of the next page; null on the last */
  next_before: number | null;
};

/** Everything about one job. */
export type Description = {
  /** the CID of the job's body; null for a refused job */
  job_id: ValueCid | null;
  /** how it ended; null while it is open */
  outcome: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped" | "refused" | "infrastructure" | "cancelled" | "expired" | null;
  /** its phase; null for a refused job */
  phase: "submitted" | "bidding" | "assigned" | "executing" | "delivered" | "settled" | "completed" | "failed" | "cancelled" | "expired" | null;
  /** exit status of nonzero_exit, trap code of trap, number of the error without a run */
  code: number;
  /** the limit or rule that refused the request */
  rule: string | null;
  /** name of the trap */
  trap: string | null;
  /** exit code of icn; null while the job is open */
  exit_code: number | null;
  /** its signed receipt */
  receipt: ValueCid | null;
  /** its output */
  output_cid: ValueCid | null;
  /** fuel that the run used */
  fuel_used: number;
  /** most fuel that it may use */
  fuel_limit: number;
  /** the most memory it had, in pages of 64 KiB */
  memory_pages: number;
  /** held from the submitter at acceptance */
  reserved_umana: ValueUmana;
  /** paid by the submitter */
  charged_umana: ValueUmana;
  /** returned to the submitter */
  released_umana: ValueUmana;
  /** the node that runs or ran it */
  executor: ValueDid | null;
  /** explanation for people; may be empty */
  message: string;
  /** acceptance number of its home, from 1 */
  number: number;
  /** unsigned label of the program; null for a job without one */
  program: string | null;
  /** the member who pays */
  submitter: ValueDid;
  /** when its home accepted it */
  accepted: ValueTime;
  /** started runs */
  attempts: number;
  /** the price before memory and fuel */
  base_umana: ValueUmana;
  /** price that the executor asked for */
  bid_umana: ValueUmana;
  /** paid to the executor */
  pay_umana: ValueUmana;
  /** held for its own spending */
  budget_umana: ValueUmana;
  /** spent part of the budget */
  budget_spent_umana: ValueUmana;
  /** the DAG block that anchors its receipt */
  anchor: ValueCid | null;
  /** the program; null, as entry to cost_mana, once the job's block is removed */
  module: ValueCid | null;
  /** the export that is called */
  entry: string | null;
  /** its arguments */
  args: string[] | null;
  /** its inputs */
  inputs: ValueCid[] | null;
  /** the most it may cost, in whole mana */
  cost_mana: number | null;
  /** the home's order; null once its block is removed */
  order: {
    /** the job */
    job: ValueCid;
    /** the node that accepted it and signed the order */
    home: ValueDid;
    /** when */
    time: ValueTime;
    /** limits of the run */
    limits: {
      /** wall-clock time of the run */
      max_execution_time_secs: number;
      /** sum over all linear memories */
      max_memory_pages: number;
      /** instructions and host charges */
      max_fuel: number;
      /** recorded; orders with another value are refused until depth is counted */
      max_stack_depth: number;
      /** globals the module defines */
      max_globals: number;
      /** functions the module defines */
      max_functions: number;
      /** tables the module defines */
      max_tables: number;
      /** elements of one table */
      max_table_size: number;
      /** the module */
      max_module_bytes: number;
      /** the body of one function */
      max_function_bytes: number;
      /** all inputs together */
      max_input_bytes: number;
      /** the output */
      max_output_bytes: number;
      /** log messages and standard error */
      max_log_bytes: number;
      /** changes the job asks for */
      max_effects: number;
      /** keys of the world the job reads */
      max_observations: number;
    };
    /** the table of the execution profile */
    profile: ValueCid;
    /** the table of host costs */
    costs: ValueCid;
    /** the table of host functions */
    abi: ValueCid;
    /** observations of the home */
    observations: ValueCid;
    /** the price before memory and fuel */
    base_umana: ValueUmana;
    /** the price of each page of 64 KiB at its peak */
    page_umana: ValueUmana;
    /** reserved from the submitter */
    reserve_umana: ValueUmana;
    /** reserved from the treasury */
    discount_umana: ValueUmana;
    /** deadlines of the job */
    deadlines: {
      /** latest start of a run */
      start_by: ValueTime;
      /** latest end of a run */
      finish_by: ValueTime;
      /** latest settlement */
      settle_by: ValueTime;
      /** when the job expires if it has not run */
      expires: ValueTime;
    };
  } | null;
  /** events so far, oldest first */
  happenings: ({
    /** when */
    time: ValueTime;
    /** the job's phase from then on */
    phase: "submitted" | "bidding" | "assigned" | "executing" | "delivered" | "settled" | "completed" | "failed" | "cancelled" | "expired";
    /** what happened */
    text: string;
  })[];
  /** effects that could not be applied, with reasons */
  effects_told: string[];
};

/** The causal chain, one sentence per step. */
export type Why = {
  /** sentences, oldest first; the last one names the next step */
  why: string[];
};

/** The log of a job; invalid UTF-8 is replaced. */
export type Logs = {
  /** the job */
  job_id: ValueCid;
  /** standard error and log messages */
  log: string;
};

/** The output of a job; its bytes follow the answer. */
export type Output = {
  /** the job */
  job_id: ValueCid;
  /** its output */
  output_cid: ValueCid;
  /** number of bytes */
  bytes: number;
};

/** Whether the job had not started (released) or is being stopped. */
export type Cancel = {
  /** the job */
  job_id: ValueCid;
  /** released: the whole reserve was returned; stopping: the fuel it used is charged */
  cancelled: "released" | "stopping";
};

/** Events after a place, oldest first. As a stream, each is the data of a server-sent event whose type is its topic. */
export type EventPage = {
  /** oldest first; empty after a stream, which sent them */
  rows: ({
    /** the place after it; the same for all events of one change */
    id: string;
    /** what changed; `gap`: events before this one are not available */
    topic: "jobs" | "receipts" | "proposals" | "parameters" | "gap";
    /** of a job its phase, of a receipt `settled`, of a proposal the kind of the log's entry, of a parameter `changed`, of a gap `restarted` or `too_old` */
    kind: string;
    /** when the change was durable */
    time: ValueTime;
    /** the job */
    job_id: ValueCid | null;
    /** how the job ended; null while it is open */
    outcome: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped" | "refused" | "infrastructure" | "cancelled" | "expired" | null;
    /** the job's receipt */
    receipt: ValueCid | null;
    /** the proposal */
    proposal: ValueCid | null;
    /** of the entry in the scope's log */
    position: number | null;
    /** the parameter that changed */
    parameter: string | null;
    /** its value from now on */
    value: string | null;
    /** in words */
    text: string;
  })[];
  /** `since` of the next request */
  next: string;
};

/** A receipt and who signed it. */
export type Receipt = {
  /** the job body */
  job: ValueCid;
  /** burned, host charges included */
  fuel: number;
  /** the order body */
  order: ValueCid;
  /** the output's file; none after a stop or a stack overflow */
  output: ValueCid | null;
  /** the effects */
  effects: ValueCid;
  /** how the run ended */
  outcome: {
    /** how the run ended */
    kind: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped";
    /** exit status of nonzero_exit, trap code of trap; else 0 */
    code: number;
  };
  /** the transcript of the host calls */
  transcript: ValueCid;
  /** the most that the run had, in pages of 64 KiB */
  memory_pages: number;
  /** the signed envelope */
  receipt: ValueCid;
  /** the body that is signed */
  body: ValueCid;
  /** who signed it */
  executor: ValueDid;
  /** Ed25519, over the body's CID */
  signature: string;
  /** the DAG block that anchors it; null if this node has none */
  anchor: ValueCid | null;
};

/** Every check that was made; all of them passed. A check that fails is an error instead. */
export type Verification = {
  /** the signed envelope */
  receipt: ValueCid;
  /** the DAG block that anchors it */
  anchor: ValueCid;
  /** always true */
  verified: true;
  /** the checks in order */
  checks: {
    /** what was checked */
    what: string;
    /** signer and subject */
    detail: string;
  }[];
};

/** The result of a re-execution from blocks. Exit 0 only with the verdict match. */
export type Replay = {
  /** the signed envelope */
  receipt: ValueCid;
  /** result of the comparison */
  verdict: "match" | "differs" | "missing_data" | "unknown_profile";
  /** the first field that differs */
  field: string | null;
  /** the first host call that differs, if the transcripts show it */
  call_index: number | null;
  /** one sentence */
  detail: string;
  /** the signed body */
  expected: {
    /** the job body */
    job: ValueCid;
    /** burned, host charges included */
    fuel: number;
    /** the order body */
    order: ValueCid;
    /** the output's file; none after a stop or a stack overflow */
    output: ValueCid | null;
    /** the effects */
    effects: ValueCid;
    /** how the run ended */
    outcome: {
      /** how the run ended */
      kind: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped";
      /** exit status of nonzero_exit, trap code of trap; else 0 */
      code: number;
    };
    /** the transcript of the host calls */
    transcript: ValueCid;
    /** the most that the run had, in pages of 64 KiB */
    memory_pages: number;
  } | null;
  /** the body that the re-execution produced */
  got: {
    /** the job body */
    job: ValueCid;
    /** burned, host charges included */
    fuel: number;
    /** the order body */
    order: ValueCid;
    /** the output's file; none after a stop or a stack overflow */
    output: ValueCid | null;
    /** the effects */
    effects: ValueCid;
    /** how the run ended */
    outcome: {
      /** how the run ended */
      kind: "ok" | "nonzero_exit" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped";
      /** exit status of nonzero_exit, trap code of trap; else 0 */
      code: number;
    };
    /** the transcript of the host calls */
    transcript: ValueCid;
    /** the most that the run had, in pages of 64 KiB */
    memory_pages: number;
  } | null;
};

/** An account and its reputation. */
export type Balance = {
  /** owner of the account */
  did: ValueDid;
  /** spendable: posted and due minus reserved */
  available_umana: ValueUmana;
  /** held for open jobs */
  reserved_umana: ValueUmana;
  /** credits minus debits */
  posted_umana: ValueUmana;
  /** regenerated since; posted with the account's next change */
  due_umana: ValueUmana;
  /** reputation in millionths of a point */
  reputation_micro_points: string;
};

/** A DID or the name of a system account. */
export type ValueAccount = string;

/** The transfers that name an account, oldest first. */
export type History = {
  /** owner of the account */
  did: ValueDid;
  /** transfers, oldest first */
  transfers: ({
    /** its number in the journal */
    sequence: number;
    /** when */
    time: ValueTime;
    /** unique id of the transfer */
    id: string;
    /** reason of the transfer */
    code: string;
    /** immediate, reserve, or end of a reserve */
    phase: "single" | "pending" | "post" | "void";
    /** the account that pays */
    debit: ValueAccount;
    /** the account that receives */
    credit: ValueAccount;
    /** amount of the transfer */
    amount_umana: ValueUmana;
  })[];
  /** `from` of the next page; null on the last */
  next_from: number | null;
};

/** One row for each job and for each other change of an account, oldest first; on the newest page the last balance is the available balance. */
export type Statement = {
  /** owner of the account */
  did: ValueDid;
  /** rows, oldest first */
  rows: ({
    /** time of the change; in a held row, of the job's acceptance */
    time: ValueTime;
    /** `job`: cost of a job; `pay`: earned by running one; `held`: reserves of open jobs; `due`: regenerated since the last change; else the name of a transfer's code */
    what: string;
    /** the job, if the row is about one */
    job: ValueCid | null;
    /** the label of its program, if it has one */
    program: string | null;
    /** change of the balance */
    amount_umana: string;
    /** balance after the row */
    balance_umana: ValueUmana;
  })[];
  /** after the last row; of a past moment, reserves included */
  balance_umana: ValueUmana;
  /** `before` of the next older page; null on the oldest */
  next_before: string | null;
};

/** Every sum, recomputed from the journal. A wrong sum is an error instead. */
export type Audit = {
  /** always true */
  balanced: true;
  /** transfers in the journal */
  transfers: number;
  /** accounts that they name */
  accounts: number;
  /** all issued mana */
  issued_umana: ValueUmana;
  /** balance of members and nodes */
  member_held_umana: ValueUmana;
  /** of that, held for open jobs */
  reserved_umana: ValueUmana;
  /** balance of the treasury */
  treasury_umana: ValueUmana;
  /** fees of this epoch */
  fees_umana: ValueUmana;
  /** in escrow */
  escrow_umana: ValueUmana;
  /** taken from nodes that cheated */
  slashed_umana: ValueUmana;
  /** pending transfers */
  open_reserves: number;
  /** hash over all accounts */
  state_hash: string;
};

/** The changes of a reputation, newest first, each with what caused it. */
export type ReputationHistory = {
  /** whose reputation */
  did: ValueDid;
  /** what it is now, in millionths of a point */
  micro_points: string;
  /** newest first */
  rows: ({
    /** of the changes of this reputation */
    number: number;
    /** when */
    time: ValueTime;
    /** `executed`: ran a job; `submitted`: submitted one; `fault`: lost an assignment by its own fault; `decay`: a share that the scope takes per day */
    reason: "executed" | "submitted" | "fault" | "decay";
    /** change in millionths of a point */
    change_micro_points: string;
    /** the reputation after it */
    micro_points: string;
    /** the receipt body that earned it; null: none did */
    receipt: ValueCid | null;
    /** the job; null for a decay */
    job: ValueCid | null;
    /** the other side of the job; null where there is none */
    other: ValueDid | null;
  })[];
  /** `before` of the next older page; null on the oldest */
  next_before: number | null;
};

/** The scope that a node serves, as the last entry of its log leaves it. */
export type Coop = {
  /** its id: the CID of its genesis */
  scope: ValueCid;
  /** what its founders called it */
  name: string;
  /** the node that keeps the log */
  clerk: ValueDid;
  /** this node */
  node: ValueDid;
  /** whether these two are the same */
  is_clerk: boolean;
  /** active ones */
  members: number;
  /** members who may not act for now */
  suspended: number;
  /** entries in the log */
  position: number;
  /** the last of them; the scope's id where there is none */
  head: ValueCid;
  /** the opening grant of a member */
  grant_umana: ValueUmana;
  /** the opening endowment of the treasury */
  endowment_umana: ValueUmana;
  /** what the treasury has available here */
  treasury_umana: ValueUmana;
  /** below it a node only reads; null: any version will do */
  version: string | null;
  /** other scopes that this one deals with */
  peers: {
    /** the other scope */
    scope: ValueCid;
    /** this scope's mana for one of the other's */
    rate_ppm: number;
    /** what the other scope may owe at most */
    credit_umana: ValueUmana;
    /** the entry of the log that set this */
    since: number;
  }[];
};

/** All who are or were members, by their keys. */
export type MemberList = {
  /** by their keys */
  members: ({
    /** who */
    did: ValueDid;
    /** the node that keeps the account */
    home: ValueDid;
    /** only an active member votes, proposes and submits jobs */
    status: "active" | "suspended" | "removed" | "resigned";
    /** the entry of the log that set the status; 0: the genesis */
    since: number;
  })[];
  /** `after` of the next page; null on the last */
  next_after: ValueDid | null;
};

/** What a candidate signed, for members to propose its admission. */
export type Application = {
  /** the scope to join */
  scope: ValueCid;
  /** the candidate */
  did: ValueDid;
  /** the node that is to keep the account */
  home: ValueDid;
  /** the signed record */
  record: string;
  /** where it was written; null: nowhere */
  file: string | null;
};

/** A member who has left the scope. */
export type Resigned = {
  /** who */
  did: ValueDid;
  /** the entry of the log */
  position: number;
};

/** A proposal that is in the log of the scope. */
export type ProposalMade = {
  /** its id */
  proposal: ValueCid;
  /** where it is */
  state: "sponsorship" | "deliberation" | "voting" | "timelock" | "executed" | "rejected" | "expired" | "cancelled";
  /** when voting opens or opened; null while it wants sponsors */
  opens: ValueTime | null;
  /** when voting ends or ended; null while it wants sponsors */
  closes: ValueTime | null;
};

/** Proposals, newest first. */
export type ProposalList = {
  /** newest first */
  proposals: ({
    /** its id */
    proposal: ValueCid;
    /** what it does; the topic of delegations */
    kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
    /** where it is */
    state: "sponsorship" | "deliberation" | "voting" | "timelock" | "executed" | "rejected" | "expired" | "cancelled";
    /** of the vote; null before it is counted */
    outcome: "accepted" | "quorum_not_met" | "threshold_not_met" | null;
    /** one line, for lists */
    title: string;
    /** the reasons, for people: a file in the DAG store */
    text: ValueCid | null;
    /** who proposed it */
    proposer: ValueDid;
    /** other members who want it voted on */
    sponsors: number;
    /** members who may vote; before the vote opens, those of now */
    electorate: number;
    /** with delegated ones */
    votes: {
      /** members for it */
      yes: number;
      /** members against it */
      no: number;
      /** members who take part and decide neither */
      abstain: number;
    };
    /** how many must take part */
    quorum: number;
    /** the share of yes among yes and no that accepts it */
    threshold_ppm: number;
    /** when voting opens or opened; null while it wants sponsors */
    opens: ValueTime | null;
    /** when voting ends or ended; null while it wants sponsors */
    closes: ValueTime | null;
    /** when it takes or took effect; null before it is accepted, and if it is not */
    executes: ValueTime | null;
    /** what it does, in order */
    effects: ({
      /** its place in the proposal, from 0 */
      index: number;
      /** what it does */
      kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
      /** a parameter, a DID, a scope or a version; null of a resolution */
      subject: string | null;
      /** of `set` the new value, of `budget` µmana, of `admit` the home, of `federate` rate and credit as `1000000ppm 50000000`, of `key` the new key; else null */
      value: string | null;
    })[];
  })[];
  /** `before` of the next older page; null on the oldest */
  next_before: number | null;
};

/** A proposal: what it does, where it is and how members voted. */
export type Proposal = {
  /** its id */
  proposal: ValueCid;
  /** what it does; the topic of delegations */
  kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
  /** where it is */
  state: "sponsorship" | "deliberation" | "voting" | "timelock" | "executed" | "rejected" | "expired" | "cancelled";
  /** of the vote; null before it is counted */
  outcome: "accepted" | "quorum_not_met" | "threshold_not_met" | null;
  /** one line, for lists */
  title: string;
  /** the reasons, for people: a file in the DAG store */
  text: ValueCid | null;
  /** who proposed it */
  proposer: ValueDid;
  /** other members who want it voted on */
  sponsors: number;
  /** members who may vote; before the vote opens, those of now */
  electorate: number;
  /** with delegated ones */
  votes: {
    /** members for it */
    yes: number;
    /** members against it */
    no: number;
    /** members who take part and decide neither */
    abstain: number;
  };
  /** how many must take part */
  quorum: number;
  /** the share of yes among yes and no that accepts it */
  threshold_ppm: number;
  /** when voting opens or opened; null while it wants sponsors */
  opens: ValueTime | null;
  /** when voting ends or ended; null while it wants sponsors */
  closes: ValueTime | null;
  /** when it takes or took effect; null before it is accepted, and if it is not */
  executes: ValueTime | null;
  /** what it does, in order */
  effects: ({
    /** its place in the proposal, from 0 */
    index: number;
    /** what it does */
    kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
    /** a parameter, a DID, a scope or a version; null of a resolution */
    subject: string | null;
    /** of `set` the new value, of `budget` µmana, of `admit` the home, of `federate` rate and credit as `1000000ppm 50000000`, of `key` the new key; else null */
    value: string | null;
  })[];
};

/** The count of a proposal's votes as they are. */
export type Tally = {
  /** whose */
  proposal: ValueCid;
  /** where it is */
  state: "sponsorship" | "deliberation" | "voting" | "timelock" | "executed" | "rejected" | "expired" | "cancelled";
  /** members who may vote; before the vote opens, those of now */
  electorate: number;
  /** with delegated ones */
  votes: {
    /** members for it */
    yes: number;
    /** members against it */
    no: number;
    /** members who take part and decide neither */
    abstain: number;
  };
  /** how many must take part */
  quorum: number;
  /** whether that many do */
  quorum_met: boolean;
  /** the share of yes among yes and no that accepts it */
  threshold_ppm: number;
  /** whether the share is that high */
  threshold_met: boolean;
};

/** Exactly what a proposal would change if it took effect now. */
export type DryRun = {
  /** its id */
  proposal: ValueCid;
  /** the CID of the record: the same for all who derive the same */
  object: ValueCid;
  /** all of this as a block, for other members to derive again */
  record: string;
  /** the last entry of the log that it rests on */
  position: number;
  /** those that change */
  parameters: {
    /** the parameter */
    name: string;
    /** its value */
    before: string;
    /** what it becomes */
    after: string;
  }[];
  /** those whose status changes */
  members: ({
    /** who */
    did: ValueDid;
    /** null: not a member yet */
    before: "active" | "suspended" | "removed" | "resigned" | null;
    /** what they become */
    after: "active" | "suspended" | "removed" | "resigned";
  })[];
  /** the accounts that change here */
  balances: {
    /** whose */
    account: string;
    /** what is available */
    before_umana: ValueUmana;
    /** what is then */
    after_umana: ValueUmana;
  }[];
  /** other scopes whose terms change */
  peers: ({
    /** the other scope */
    scope: ValueCid;
    /** null: not a peer yet */
    before_rate_ppm: number | null;
    /** null: not a peer yet */
    before_credit_umana: ValueUmana | null;
    /** this scope's mana for one of the other's */
    after_rate_ppm: number;
    /** what it may owe at most */
    after_credit_umana: ValueUmana;
  })[];
  /** members and nodes for whom another key signs */
  keys: {
    /** a member or a node */
    did: ValueDid;
    /** the key that signs for it */
    before: ValueDid;
    /** the key that signs then */
    after: ValueDid;
  }[];
  /** who becomes the clerk; null: no change */
  clerk: ValueDid | null;
  /** the version that nodes need then; null: no change */
  version: string | null;
  /** of a change of a price or a limit: the newest receipts, at most 100, charged again, newest first */
  charges: ({
    /** of a job that ended here */
    receipt: ValueCid;
    /** what it costs under the parameters of now */
    before_umana: ValueUmana;
    /** what it would cost; null: the limits would refuse it */
    after_umana: ValueUmana | null;
  })[];
  /** the sum of those that would still be accepted */
  charged_before_umana: ValueUmana;
  /** what these would cost */
  charged_after_umana: ValueUmana;
  /** the rule by which it could not take effect now; null: it could */
  refused: string | null;
};

/** Who votes instead of a member. */
export type Delegation = {
  /** whose vote it is */
  delegator: ValueDid;
  /** who casts it */
  delegate: ValueDid;
  /** proposals of this kind only; null: all that no other delegation covers */
  topic: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch" | null;
  /** not from then on; null: until it is revoked */
  until: ValueTime | null;
  /** whether it has been withdrawn */
  revoked: boolean;
};

/** The delegations that a member withdrew. */
export type DelegationsRevoked = {
  /** one for each topic */
  delegations: ({
    /** whose vote it is */
    delegator: ValueDid;
    /** who casts it */
    delegate: ValueDid;
    /** proposals of this kind only; null: all that no other delegation covers */
    topic: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch" | null;
    /** not from then on; null: until it is revoked */
    until: ValueTime | null;
    /** whether it has been withdrawn */
    revoked: boolean;
  })[];
};

/** Where a member's vote goes. */
export type VotePreview = {
  /** whose vote */
  did: ValueDid;
  /** on proposals of this kind */
  topic: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
  /** the members that it passes to, in order */
  path: ValueDid[];
  /** who casts it: the first on the way who has voted, else the last */
  casts: ValueDid;
  /** what that one has voted on the proposal; null: not yet, or no proposal was named */
  choice: "yes" | "no" | "abstain" | null;
};

/** Entries of the scope's log, oldest first. */
export type ScopeLog = {
  /** oldest first */
  rows: ({
    /** its place in the log */
    position: number;
    /** when the clerk entered it */
    time: ValueTime;
    /** the statement that it admits, or the clerk's result */
    kind: string;
    /** its id, which the next entry names */
    entry: ValueCid;
    /** the proposal that it is about; null if it is about none */
    proposal: ValueCid | null;
    /** the member whose statement it admits; null of a result */
    author: ValueDid | null;
    /** of the job that made the statement; null if its author signed it */
    order: ValueCid | null;
    /** of that job; its effects contain the statement */
    receipt: ValueCid | null;
    /** in words */
    text: string;
  })[];
  /** `from` of the next page; null on the last */
  next_from: number | null;
};

/** Every entry of the log was read again and every signature and result checked. A log that is not right is an error instead. */
export type LogCheck = {
  /** always true */
  verified: true;
  /** whose log */
  scope: ValueCid;
  /** who keeps it now */
  clerk: ValueDid;
  /** how many there are */
  entries: number;
  /** the last one; the scope's id where there is none */
  head: ValueCid;
  /** over what follows from them */
  state_hash: string;
};

/** Whom a member trusts, in one context. */
export type Trust = {
  /** who trusts */
  truster: ValueDid;
  /** who is trusted */
  trustee: ValueDid;
  /** what for */
  context: string;
  /** how far; none: not, whatever others say */
  level: "none" | "basic" | "partial" | "full";
  /** not from then on; null: until it is taken back */
  until: ValueTime | null;
  /** whether it has neither ended nor been taken back */
  in_force: boolean;
};

/** A member's doubt that a DID should be trusted through others. */
export type TrustChallenge = {
  /** who doubts */
  challenger: ValueDid;
  /** whom */
  trustee: ValueDid;
  /** what for */
  context: string;
  /** for people */
  reason: string;
  /** false: it has been withdrawn */
  open: boolean;
};

/** What a context demands beyond the scope's parameters. */
export type TrustRule = {
  /** the context */
  context: string;
  /** the least level that counts in it */
  level_min: "none" | "basic" | "partial" | "full";
  /** links of a path */
  depth_max: number;
  /** only members, their nodes and those behind a bridge */
  members_only: boolean;
  /** whether a path may lead to another scope */
  bridges: boolean;
  /** the node that signed it */
  clerk: ValueDid;
};

/** A bridge by which members trust whom another scope trusts. */
export type TrustBridge = {
  /** the other scope */
  scope: ValueCid;
  /** a member there, with whom its paths begin */
  gate: ValueDid;
  /** what for */
  context: string;
  /** no path over it is worth more; none: the bridge is closed */
  level: "none" | "basic" | "partial" | "full";
  /** what it leaves of the strength of a path */
  decay_ppm: number;
  /** links behind the gate */
  depth_max: number;
  /** not from then on */
  until?: ValueTime;
  /** the node that signed it */
  clerk: ValueDid;
};

/** A page of what members and the clerk state about trust, by kind and author. */
export type TrustList = {
  /** one for each truster, trustee and context; none of what was taken back */
  statements: ({
    /** who trusts */
    truster: ValueDid;
    /** who is trusted */
    trustee: ValueDid;
    /** what for */
    context: string;
    /** how far; none: not, whatever others say */
    level: "none" | "basic" | "partial" | "full";
    /** not from then on; null: until it is taken back */
    until: ValueTime | null;
    /** whether it has neither ended nor been taken back */
    in_force: boolean;
  })[];
  /** open ones */
  challenges: {
    /** who doubts */
    challenger: ValueDid;
    /** whom */
    trustee: ValueDid;
    /** what for */
    context: string;
    /** for people */
    reason: string;
    /** false: it has been withdrawn */
    open: boolean;
  }[];
  /** one for each context that has one */
  rules: ({
    /** the context */
    context: string;
    /** the least level that counts in it */
    level_min: "none" | "basic" | "partial" | "full";
    /** links of a path */
    depth_max: number;
    /** only members, their nodes and those behind a bridge */
    members_only: boolean;
    /** whether a path may lead to another scope */
    bridges: boolean;
    /** the node that signed it */
    clerk: ValueDid;
  })[];
  /** to other scopes */
  bridges: ({
    /** the other scope */
    scope: ValueCid;
    /** a member there, with whom its paths begin */
    gate: ValueDid;
    /** what for */
    context: string;
    /** no path over it is worth more; none: the bridge is closed */
    level: "none" | "basic" | "partial" | "full";
    /** what it leaves of the strength of a path */
    decay_ppm: number;
    /** links behind the gate */
    depth_max: number;
    /** not from then on */
    until?: ValueTime;
    /** the node that signed it */
    clerk: ValueDid;
  })[];
  /** whether this is the end of the list */
  complete: boolean;
  /** `after` of the next page; null at the end */
  next: string | null;
};

/** Whether one trusts another in a context, and why. */
export type TrustExplanation = {
  /** what is decided */
  result: "allowed" | "denied";
  /** from the creator to the executor; empty without a path */
  path: ValueDid[];
  /** that decided */
  rule: string;
  /** what the path is worth; none without one */
  level: "none" | "basic" | "partial" | "full";
  /** what is demanded */
  level_min: "none" | "basic" | "partial" | "full";
  /** of the path, in ppm of full trust */
  strength_ppm: number;
  /** the scope into which the path leads; null: this one */
  bridge: ValueCid | null;
  /** one sentence */
  why: string;
};

/** All parameters of the scope, in the order of docs/PARAMETERS.md. */
export type ParameterList = {
  /** one for each parameter */
  rows: ({
    /** what it is called */
    name: string;
    /** a number, or a list of DIDs or of CIDs */
    type: "whole_number" | "dids" | "cids";
    /** what applies now; of a list the number of its entries */
    value: number;
    /** of a list, sorted */
    entries: string[];
    /** what applies in a scope that has not decided */
    default: number;
    /** the least that a scope may choose */
    min: number;
    /** the most that a scope may choose */
    max: number;
    /** of these four numbers */
    unit: string;
    /** what it is */
    text: string;
  })[];
};

/** A parameter of the scope. */
export type Parameter = {
  /** what it is called */
  name: string;
  /** a number, or a list of DIDs or of CIDs */
  type: "whole_number" | "dids" | "cids";
  /** what applies now; of a list the number of its entries */
  value: number;
  /** of a list, sorted */
  entries: string[];
  /** what applies in a scope that has not decided */
  default: number;
  /** the least that a scope may choose */
  min: number;
  /** the most that a scope may choose */
  max: number;
  /** of these four numbers */
  unit: string;
  /** what it is */
  text: string;
};

/** A parameter of the scope, what it affects and who chose its value. */
export type ParameterExplanation = {
  /** what it is called */
  name: string;
  /** a number, or a list of DIDs or of CIDs */
  type: "whole_number" | "dids" | "cids";
  /** what applies now; of a list the number of its entries */
  value: number;
  /** of a list, sorted */
  entries: string[];
  /** what applies in a scope that has not decided */
  default: number;
  /** the least that a scope may choose */
  min: number;
  /** the most that a scope may choose */
  max: number;
  /** of these four numbers */
  unit: string;
  /** what it is */
  text: string;
  /** what a change of it changes */
  affects: string;
  /** `default`: no one; `genesis`: the founders; `proposal`: the members */
  chosen_by: "default" | "genesis" | "proposal";
  /** the one that set it; null: none did */
  proposal: ValueCid | null;
};

/** The values that a parameter had, oldest first; the last one applies now. */
export type ParameterHistory = {
  /** the parameter */
  name: string;
  /** a number, or a list of DIDs or of CIDs */
  type: "whole_number" | "dids" | "cids";
  /** oldest first */
  rows: ({
    /** what applied from then on; a list with commas */
    value: string;
    /** the entry of the log; 0: the genesis */
    position: number;
    /** when; null: at the founding */
    time: ValueTime | null;
    /** the one that set it; null: the founders, or no one */
    proposal: ValueCid | null;
  })[];
};

/** A proof that an account is among all accounts of a home, whose totals balance; a file of it is checked anywhere. */
export type ManaProof = {
  /** what the file proves */
  proof: "mana" | "zk";
  /** of its format */
  version: number;
  /** owner of the account */
  did: ValueDid;
  /** everything that left the account */
  debits_umana: ValueUmana;
  /** everything that reached it */
  credits_umana: ValueUmana;
  /** the account's place among all */
  index: number;
  /** what the root needs besides the account, from the account upwards */
  path: {
    /** of the accounts below it */
    hash: string;
    /** sum of their debits in µmana, as a number of 128 bits */
    debits: string;
    /** sum of their credits */
    credits: string;
  }[];
  /** number of all accounts */
  accounts: number;
  /** over all accounts */
  root: {
    /** of the accounts below it */
    hash: string;
    /** sum of their debits in µmana, as a number of 128 bits */
    debits: string;
    /** sum of their credits */
    credits: string;
  };
  /** the cooperative */
  scope: ValueCid;
  /** the node that signed the root */
  home: ValueDid;
  /** of the newest record in its journal */
  sequence: number;
  /** when it signed */
  time: ValueTime;
  /** the signed root that the home anchored last before this one */
  previous: ValueCid | null;
  /** of the home's key, oldest first, if it was replaced: they lead to the one that signed */
  rotations?: {
    /** the key that signs from then on */
    key: ValueDid;
    /** position from which on the key before it signed */
    since: number;
    /** of the key, to sign for the home */
    consent: string;
    /** of the key before it, over the rotation's CID */
    signature: string;
  }[];
  /** of the home, over the root's CID */
  signature: string;
};

/** What a proof shows. One that does not hold is an error instead. */
export type ProofVerified = {
  /** what it proves */
  proof: "mana" | "zk";
  /** always true */
  verified: true;
  /** owner of the account */
  did?: ValueDid;
  /** credits minus debits, what is reserved included */
  balance_umana?: ValueUmana;
  /** number of all accounts, whose totals balance */
  accounts?: number;
  /** the cooperative */
  scope?: ValueCid;
  /** the node that signed it; compare it with the one that you know */
  home?: ValueDid;
  /** of the newest record in its journal */
  sequence?: number;
  /** when it was signed */
  time?: ValueTime;
  /** what the home signed; the same in all proofs under it */
  root?: ValueCid;
  /** the signed root that the home anchored last before this one */
  previous: ValueCid | null;
  /** what a zk proof shows */
  zk?: {
    /** what holds */
    statement: "age_over" | "membership" | "reputation_at_least" | "balance_in_range" | "timestamp_within" | "credential_not_revoked";
    /** of its circuit */
    statement_version: number;
    /** the proof system */
    system: "groth16" | "bulletproofs";
    /** who has attested the value; compare it with those whom you believe */
    issuer: ValueDid;
    /** whom it is about */
    holder: ValueDid;
    /** of the value, by name; compare them with those that you need */
    bounds: Record<string, string>;
    /** what the proof answers */
    challenge: string;
    /** when the issuer signed the set */
    set_time: ValueTime | null;
    /** the manifest of keys */
    keys: ValueCid | null;
    /** whether the keys are those, so that it could be false */
    development_keys: boolean;
  };
};

/** What can be proven without showing it. */
export type ZkStatements = {
  /** in the order of their circuits */
  statements: ({
    /** its name */
    statement: "age_over" | "membership" | "reputation_at_least" | "balance_in_range" | "timestamp_within" | "credential_not_revoked";
    /** of its circuit */
    version: number;
    /** what a proof shows */
    text: string;
    /** what the issuer attests and the proof hides */
    value: string;
    /** name of the lower bound */
    min: string | null;
    /** name of the upper bound */
    max: string | null;
    /** the proof systems that there are for it */
    systems: ("groth16" | "bulletproofs")[];
    /** half the fee */
    complexity: number;
    /** what a job pays for a call, in whole mana */
    fee_mana: number;
    /** of its circuit */
    rows: number;
  })[];
  /** the manifest of the keys that are part of the program */
  development_keys: ValueCid;
};

/** What a holder keeps to prove something later: a value, what hides it, and the issuer's signature. A secret. */
export type ZkWitness = {
  /** what can be proven with it */
  statement: "age_over" | "membership" | "reputation_at_least" | "balance_in_range" | "timestamp_within" | "credential_not_revoked";
  /** who has signed */
  issuer: ValueDid;
  /** whom it is about */
  holder: ValueDid;
  /** to the value: an element of the issuer's set */
  commitment: string;
  /** the content of the holder's file */
  witness: Record<string, unknown>;
};

/** The member keys in a data folder, the default first. */
export type KeyList = {
  /** keys, the default first */
  keys: ({
    /** name of the key */
    name: string;
    /** DID that it signs for */
    did: ValueDid;
    /** whether the DID is a member of the node's scope */
    member: boolean;
    /** whether it signs when no key is named */
    default: boolean;
    /** the key that signs now, as the did:key that it is */
    key: ValueDid;
    /** position of the log entry from which on it signs; 0: from the beginning */
    since: number;
    /** its file in the data folder; null: the key is not there */
    file: string | null;
  })[];
};

/** A member key in a data folder. */
export type Key = {
  /** name of the key */
  name: string;
  /** DID that it signs for */
  did: ValueDid;
  /** whether the DID is a member of the node's scope */
  member: boolean;
  /** whether it signs when no key is named */
  default: boolean;
  /** the key that signs now, as the did:key that it is */
  key: ValueDid;
  /** position of the log entry from which on it signs; 0: from the beginning */
  since: number;
  /** its file in the data folder; null: the key is not there */
  file: string | null;
};

/** A new API key with its secret, which no later answer contains. */
export type NewAccessKey = {
  /** the key */
  key: {
    /** name of the key */
    name: string;
    /** DID in whose name it asks */
    did: ValueDid;
    /** what it may ask for */
    role: "read" | "submit" | "operate";
    /** when it was created */
    created: ValueTime;
    /** from when on it is refused; null: not before it is revoked */
    until: ValueTime | null;
  };
  /** the text that a program sends; the node keeps only its hash */
  secret: string;
};

/** The API keys of a node, in the order of their names. */
export type AccessList = {
  /** keys, by name */
  keys: ({
    /** name of the key */
    name: string;
    /** DID in whose name it asks */
    did: ValueDid;
    /** what it may ask for */
    role: "read" | "submit" | "operate";
    /** when it was created */
    created: ValueTime;
    /** from when on it is refused; null: not before it is revoked */
    until: ValueTime | null;
  })[];
};

/** An API key of a node, without its secret. */
export type AccessKey = {
  /** name of the key */
  name: string;
  /** DID in whose name it asks */
  did: ValueDid;
  /** what it may ask for */
  role: "read" | "submit" | "operate";
  /** when it was created */
  created: ValueTime;
  /** from when on it is refused; null: not before it is revoked */
  until: ValueTime | null;
};

/** A credential of membership. */
export type CredentialIssued = {
  /** of the scope's status list, for revoking it */
  index: number;
  /** of the credential */
  id: string;
  /** the signed text */
  credential: string;
};

/** A credential as its holder shows it to one verifier. */
export type Presentation = {
  /** the signed text */
  presentation: string;
};

/** What holds of a credential whose signatures are valid. */
export type Credential = {
  /** how it is written */
  form: "document" | "selective";
  /** of the credential; empty: it has none */
  id: string;
  /** who signed it, a DID */
  issuer: string;
  /** whether the clerk of this node's scope issued it */
  of_scope: boolean;
  /** whom it is about; empty: it is not shown */
  subject: string;
  /** what it is */
  types: string[];
  /** when it begins; null: it does not say */
  from: ValueTime | null;
  /** when it ends; null: it does not */
  until: ValueTime | null;
  /** whether its holder showed it to the verifier that was asked for */
  presented: boolean;
  /** `valid`: it is not revoked; `unchecked`: the issuer's list is needed; `none`: it has none */
  status: "valid" | "unchecked" | "none";
  /** what it says of the subject */
  claims: Record<string, unknown>;
};

/** A credential that does not count any more. */
export type CredentialRevoked = {
  /** of the credential */
  index: number;
  /** whose it was */
  member: ValueDid;
};

/** Which credentials of the scope are revoked, for verifiers elsewhere. */
export type StatusList = {
  /** that credentials name */
  id: string;
  /** credentials */
  issued: number;
  /** of them */
  revoked: number;
  /** the signed text */
  status_list: string;
};

/** What a DID resolves to. */
export type DidDocument = {
  /** the W3C document, with all its members */
  document: Record<string, unknown>;
};

/** The file or folder that was stored. */
export type DagPut = {
  /** root block */
  cid: ValueCid;
  /** size of the file, or of all files of the folder */
  bytes: number;
  /** blocks of its DAG */
  blocks: number;
};

/** A block, file or folder that was read. */
export type DagGet = {
  /** requested block */
  cid: ValueCid;
  /** number of bytes */
  bytes: number;
  /** the bytes; empty if they are streamed */
  hex: string;
};

/** The links of a block, in their order. */
export type DagLs = {
  /** the block */
  cid: ValueCid;
  /** codec of its bytes */
  codec: "raw" | "dag-pb" | "dag-cbor";
  /** size of the block */
  bytes: number;
  /** its links */
  links: ({
    /** name of the link */
    name: string;
    /** target of the link */
    cid: ValueCid;
    /** size that a dag-pb link states for the bytes below it */
    size: number | null;
  })[];
};

/** Everything below a block, in the order of the lines. */
export type DagTree = {
  /** the root */
  root: ValueCid;
  /** lines of the tree; each inner block is opened once */
  nodes: ({
    /** 0 for the root */
    depth: number;
    /** name of the link in the block above */
    name: string;
    /** the block */
    cid: ValueCid;
    /** codec of its bytes */
    codec: "raw" | "dag-pb" | "dag-cbor";
    /** `above`: listed further up; `deeper`: below the requested depth */
    state: "here" | "above" | "deeper" | "missing" | "corrupted";
  })[];
};

/** The size of the store. */
export type DagStat = {
  /** number of blocks */
  blocks: number;
  /** size of all blocks */
  bytes: number;
  /** the kind of the store */
  store: string;
};

/** The good blocks that were read, and the bad ones. Exit 0 only when there are no bad ones. */
export type DagVerify = {
  /** blocks that match their hash */
  blocks: number;
  /** size of these blocks */
  bytes: number;
  /** missing and damaged blocks, in words */
  bad: string[];
};

/** The new pin. */
export type DagPin = {
  /** the block */
  cid: ValueCid;
  /** whether everything it links to stays too */
  mode: "direct" | "recursive";
  /** blocks that the pin covers */
  blocks: number;
  /** when it expires; null: only when it is unpinned */
  until: ValueTime | null;
};

/** The pins that were released. */
export type DagUnpin = {
  /** released pins; the blocks stay until the next collection */
  unpinned: ({
    /** kind of the holder */
    kind: "job" | "lease" | "member" | "node";
    /** the holder */
    holder: string;
    /** whether everything the roots link to stays too */
    mode: "direct" | "recursive";
    /** time of creation */
    made: ValueTime;
    /** when it expires; null: only when it is released */
    until: ValueTime | null;
    /** the pinned blocks */
    roots: ValueCid[];
  })[];
};

/** A page of pins. */
export type DagPins = {
  /** pins in the order of their ids */
  pins: ({
    /** kind of the holder */
    kind: "job" | "lease" | "member" | "node";
    /** the holder */
    holder: string;
    /** whether everything the roots link to stays too */
    mode: "direct" | "recursive";
    /** time of creation */
    made: ValueTime;
    /** when it expires; null: only when it is released */
    until: ValueTime | null;
    /** the pinned blocks */
    roots: ValueCid[];
  })[];
  /** `after` of the next page; null on the last */
  next_after: string | null;
};

/** What a collection removed, or would remove, and why. */
export type DagGc = {
  /** whether nothing was removed */
  dry_run: boolean;
  /** active pins */
  pins: {
    /** pins of jobs */
    job: number;
    /** pins of data being stored */
    lease: number;
    /** pins of members */
    member: number;
    /** pins of the node */
    node: number;
  };
  /** expired pins */
  ended_pins: number;
  /** pins that now expire as if created now */
  reset_pins: number;
  /** blocks that stay */
  kept_blocks: number;
  /** size of these blocks */
  kept_bytes: number;
  /** removed blocks; in a dry run, blocks to remove */
  removed_blocks: number;
  /** size of these blocks */
  removed_bytes: number;
  /** blocks that pins reach and this node does not have */
  missing_blocks: number;
  /** kept blocks whose bytes do not follow their codec */
  opaque_blocks: number;
  /** removed blocks by reason */
  causes: {
    /** reason for the removal */
    why: string;
    /** number of blocks */
    blocks: number;
    /** size of these blocks */
    bytes: number;
  }[];
  /** blocks that a dry run would remove */
  listed: {
    /** the block */
    cid: ValueCid;
    /** size of the block */
    bytes: number;
    /** reason for the removal */
    why: string;
  }[];
  /** quota of the DAG store; 0: none */
  quota_bytes: number;
  /** part of the quota that is open to new data */
  open_to_new_bytes: number;
};

/** The archive that was written. */
export type DagExport = {
  /** roots of the archive */
  roots: ValueCid[];
  /** 1 or 2 */
  car_version: number;
  /** blocks in the archive; a duplicate counts twice */
  blocks: number;
  /** size of these blocks */
  bytes: number;
  /** path of the archive; null if it is streamed */
  file: string | null;
};

/** The archive whose blocks were stored. */
export type DagImport = {
  /** roots of the archive */
  roots: ValueCid[];
  /** 1 or 2 */
  car_version: number;
  /** blocks in the archive; a duplicate counts twice */
  blocks: number;
  /** size of these blocks */
  bytes: number;
};

/** The CID of a file's bytes. */
export type Cid = {
  /** CID of the bytes */
  cid: ValueCid;
  /** how the bytes were interpreted */
  codec: "raw" | "dag-cbor" | "unixfs";
  /** number of bytes */
  bytes: number;
};

/** The kinds of stores that this build knows, by port and name. */
export type StoreBackends = ({
  /** the store that it implements */
  port: "state_store" | "dag_store";
  /** scheme of its URLs */
  name: string;
  /** an environment for production accepts only this grade */
  grade: "test" | "development" | "production";
  /** what it is */
  doc: string;
  /** false when it cannot be opened here */
  available: boolean;
  /** which library or module is missing; null when it is available */
  absent_because: string | null;
})[];

/** One hash over the whole logical state, and what it covers. */
export type StoreHash = {
  /** independent of the backends */
  state_hash: string;
  /** pairs in the state store */
  pairs: number;
  /** blocks in the DAG store */
  blocks: number;
  /** 1, and one more with every restore */
  incarnation: number;
  /** the latest restore; null when there was none */
  restored: {
    /** time of the backup */
    backup_made: ValueTime;
    /** time of the restore */
    restored: ValueTime;
  } | null;
};

/** The new backup. It omits damaged blocks; the exit code is then that of `corrupted`. */
export type Backup = {
  /** its path */
  backup: string;
  /** time of the backup */
  made: ValueTime;
  /** the node that was backed up */
  node: ValueDid;
  /** the node's member */
  member: ValueDid;
  /** hash of its content */
  state_hash: string;
  /** pairs in the state store */
  pairs: number;
  /** blocks in the DAG store */
  blocks: number;
  /** its size */
  bytes: number;
  /** key files in the backup */
  keys: string[];
  /** omitted blocks */
  damaged: ValueCid[];
};

/** The host functions. */
export type Abi = ({
  /** frozen; WASI functions start at 1000 */
  index: number;
  /** module that a guest imports */
  module: string;
  /** name in the module */
  name: string;
  /** their wasm types */
  params: ("i32" | "i64")[];
  /** their wasm types */
  results: ("i32" | "i64")[];
  /** fuel of one call */
  fuel: number;
  /** fuel per byte of input and output */
  fuel_per_byte: number;
  /** fuel per WASI buffer descriptor */
  fuel_per_item: number;
  /** capability that the job needs */
  capability: "none" | "spend" | "treasury" | "submit" | "govern" | "anchor" | "zk" | "checkpoint";
  /** what it does */
  doc: string;
  /** the arguments in order */
  arguments: ({
    /** its name in headers */
    name: string;
    /** its type; text, bytes, buffer and iovecs take two wasm values */
    kind: "i32" | "u32" | "i64" | "u64" | "text" | "bytes" | "buffer" | "cell" | "iovecs" | "address";
  })[];
  /** meaning of the result */
  answer: "number" | "result_register" | "errno" | "never";
  /** JSON Schema of the argument that is JSON; null when none is */
  request: Record<string, unknown> | null;
  /** JSON Schema of the result register's content; null when it is not JSON */
  response: Record<string, unknown> | null;
})[];

/** This program. */
export type Version = {
  /** version of the program */
  version: string;
  /** execution profile under which it runs jobs */
  profile: ValueCid;
};

/** What a running node is doing. */
export type NodeStatus = {
  /** what the process that owns the data folder is */
  owner: string;
  /** serving, or stopping: it finishes what runs and accepts nothing new */
  phase: "serving" | "stopping";
  /** production, development or testing */
  environment: string;
  /** version of the program */
  version: string;
  /** when the process opened the node */
  started: ValueTime;
  /** the scope that it serves */
  scope: ValueCid;
  /** its DID */
  node: ValueDid;
  /** jobs that run now */
  jobs_running: number;
  /** jobs accepted and not ended that do not run now */
  jobs_waiting: number;
  /** what blocks take, at most */
  dag_bytes: number;
  /** what blocks, compiled modules and logs may take; 0 for no quota */
  dag_quota_bytes: number;
  /** entries of the scope's log */
  log_entries: number;
  /** what it must do by a deadline */
  obligations: number;
  /** those whose deadline has passed */
  overdue: number;
  /** whether it can work now */
  readiness: {
    /** whether all of them are */
    ready: boolean;
    /** what the node depends on */
    dependencies: ({
      /** what the node depends on */
      name: string;
      /** whether the node can use it now */
      ready: boolean;
      /** why not; null when it is ready */
      problem: string | null;
    })[];
  };
};

/** What the node owes, and by when. */
export type Obligations = {
  /** those due first, in order */
  obligations: ({
    /** what it is about */
    kind: "job" | "proposal" | "mana";
    /** the job or the proposal; null for the epoch of mana */
    subject: string | null;
    /** what it waits in */
    state: string;
    /** the step that ends this */
    step: string;
    /** who must take it: home, executor or clerk */
    owner: string;
    /** when it is taken at the latest */
    due: ValueTime;
    /** whether that time has passed */
    overdue: boolean;
  })[];
  /** all of them */
  total: number;
  /** those whose deadline has passed */
  overdue: number;
};

/** Whether the node can work now. */
export type Readiness = {
  /** whether all of them are */
  ready: boolean;
  /** what the node depends on */
  dependencies: ({
    /** what the node depends on */
    name: string;
    /** whether the node can use it now */
    ready: boolean;
    /** why not; null when it is ready */
    problem: string | null;
  })[];
};

/** Metrics in Prometheus' text format. */
export type Metrics = {
  /** the exposition; empty if it was streamed */
  text: string;
};

/** Every key of a configuration with its value and source. */
export type Configuration = {
  /** in the order of the table */
  settings: ({
    /** its name */
    key: string;
    /** its value; passwords in URLs are hidden */
    value: string;
    /** default, file, variable or option */
    source: string;
    /** file and line, variable or option; null for a default */
    by: string | null;
    /** whether a running node applies a change */
    live: boolean;
  })[];
};

/** A configuration that was read again. */
export type Reload = {
  /** what changed, one text for each key */
  changes: string[];
};

/** An error (RFC 9457). */
export type Problem = {
  type: string;
  /** the code in words */
  title: string;
  status: number;
  /** what happened, and what was charged or kept */
  detail: string;
  code: "internal" | "invalid_argument" | "invalid_format" | "invalid_module" | "limit_exceeded" | "not_found" | "already_exists" | "conflict" | "permission_denied" | "not_declared" | "insufficient_mana" | "price_too_low" | "budget_exceeded" | "expired" | "invalid_state" | "invalid_signature" | "unsupported" | "unsupported_version" | "unknown_profile" | "missing_data" | "corrupted" | "storage" | "busy" | "infrastructure" | "cancelled" | "production_error" | "guest_fault" | "trap" | "out_of_fuel" | "stack_overflow" | "stopped" | "replay_differs" | "unbalanced" | "wrong_passphrase";
  /** the limit or rule that refused */
  rule?: string;
  /** the refused item */
  subject?: string;
};

export type GatewayRequest = {
  /** a whole CID */
  cid: string;
  /** default: the file */
  format?: "raw" | "car";
};

export type JobRunRequest = {
  /** the program, a WebAssembly module */
  module: string;
  /** inputs of the program */
  inputs?: string[];
  /** the export to call; default: `_start` or `run` */
  entry?: string;
  /** arguments of the program */
  args?: string[];
  /** limits of the run; default: what the program needs */
  limits?: {
    /** wall-clock time of the run */
    max_execution_time_secs?: number;
    /** sum over all linear memories */
    max_memory_pages?: number;
    /** instructions and host charges */
    max_fuel?: number;
    /** recorded; orders with another value are refused until depth is counted */
    max_stack_depth?: number;
    /** globals the module defines */
    max_globals?: number;
    /** functions the module defines */
    max_functions?: number;
    /** tables the module defines */
    max_tables?: number;
    /** elements of one table */
    max_table_size?: number;
    /** the module */
    max_module_bytes?: number;
    /** the body of one function */
    max_function_bytes?: number;
    /** all inputs together */
    max_input_bytes?: number;
    /** the output */
    max_output_bytes?: number;
    /** log messages and standard error */
    max_log_bytes?: number;
    /** changes the job asks for */
    max_effects?: number;
    /** keys of the world the job reads */
    max_observations?: number;
  };
  /** keys of the world that it reads */
  reads?: ValueReadKey[];
  /** capabilities of the job */
  grants?: ("spend" | "treasury" | "submit" | "govern" | "anchor" | "zk" | "checkpoint")[];
  /** most mana that its effects may spend */
  spend_max?: number;
  /** whether one failed effect drops all */
  effects?: "all_or_none" | "independent";
  /** the submitter must trust the executor in this context; default: no demand */
  trust_scope?: string;
  /** the offered price; default: the least accepted price */
  cost_mana?: number;
  /** distinguishes otherwise equal jobs; random when empty */
  nonce?: string;
  /** unsigned label of the program for lists */
  program?: string;
};

export type JobSubmitRequest = {
  /** the program, a WebAssembly module */
  module: string;
  /** inputs of the program */
  inputs?: string[];
  /** the export to call; default: `_start` or `run` */
  entry?: string;
  /** arguments of the program */
  args?: string[];
  /** limits of the run; default: what the program needs */
  limits?: {
    /** wall-clock time of the run */
    max_execution_time_secs?: number;
    /** sum over all linear memories */
    max_memory_pages?: number;
    /** instructions and host charges */
    max_fuel?: number;
    /** recorded; orders with another value are refused until depth is counted */
    max_stack_depth?: number;
    /** globals the module defines */
    max_globals?: number;
    /** functions the module defines */
    max_functions?: number;
    /** tables the module defines */
    max_tables?: number;
    /** elements of one table */
    max_table_size?: number;
    /** the module */
    max_module_bytes?: number;
    /** the body of one function */
    max_function_bytes?: number;
    /** all inputs together */
    max_input_bytes?: number;
    /** the output */
    max_output_bytes?: number;
    /** log messages and standard error */
    max_log_bytes?: number;
    /** changes the job asks for */
    max_effects?: number;
    /** keys of the world the job reads */
    max_observations?: number;
  };
  /** keys of the world that it reads */
  reads?: ValueReadKey[];
  /** capabilities of the job */
  grants?: ("spend" | "treasury" | "submit" | "govern" | "anchor" | "zk" | "checkpoint")[];
  /** most mana that its effects may spend */
  spend_max?: number;
  /** whether one failed effect drops all */
  effects?: "all_or_none" | "independent";
  /** the submitter must trust the executor in this context; default: no demand */
  trust_scope?: string;
  /** the offered price; default: the least accepted price */
  cost_mana?: number;
  /** distinguishes otherwise equal jobs; random when empty */
  nonce?: string;
  /** unsigned label of the program for lists */
  program?: string;
};

export type JobListRequest = {
  /** only jobs in this phase */
  phase?: "submitted" | "bidding" | "assigned" | "executing" | "delivered" | "settled" | "completed" | "failed" | "cancelled" | "expired";
  /** only jobs with a smaller number */
  before?: number;
  /** most entries of the page */
  count?: number;
};

export type JobSimulateRequest = {
  /** the program, a WebAssembly module */
  module: string;
  /** inputs of the program */
  inputs?: string[];
  /** the export to call; default: `_start` or `run` */
  entry?: string;
  /** arguments of the program */
  args?: string[];
  /** limits of the run; default: what the program needs */
  limits?: {
    /** wall-clock time of the run */
    max_execution_time_secs?: number;
    /** sum over all linear memories */
    max_memory_pages?: number;
    /** instructions and host charges */
    max_fuel?: number;
    /** recorded; orders with another value are refused until depth is counted */
    max_stack_depth?: number;
    /** globals the module defines */
    max_globals?: number;
    /** functions the module defines */
    max_functions?: number;
    /** tables the module defines */
    max_tables?: number;
    /** elements of one table */
    max_table_size?: number;
    /** the module */
    max_module_bytes?: number;
    /** the body of one function */
    max_function_bytes?: number;
    /** all inputs together */
    max_input_bytes?: number;
    /** the output */
    max_output_bytes?: number;
    /** log messages and standard error */
    max_log_bytes?: number;
    /** changes the job asks for */
    max_effects?: number;
    /** keys of the world the job reads */
    max_observations?: number;
  };
  /** keys of the world that it reads */
  reads?: ValueReadKey[];
  /** capabilities of the job */
  grants?: ("spend" | "treasury" | "submit" | "govern" | "anchor" | "zk" | "checkpoint")[];
  /** most mana that its effects may spend */
  spend_max?: number;
  /** whether one failed effect drops all */
  effects?: "all_or_none" | "independent";
  /** the submitter must trust the executor in this context; default: no demand */
  trust_scope?: string;
  /** the offered price; default: the least accepted price */
  cost_mana?: number;
  /** distinguishes otherwise equal jobs; random when empty */
  nonce?: string;
  /** unsigned label of the program for lists */
  program?: string;
};

export type JobWaitRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type JobRerunRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type JobDescribeRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type JobWhyRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type JobLogsRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
  /** wait for more until the job ends */
  follow?: boolean;
};

export type JobOutputRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type JobCancelRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  job: string;
};

export type EventFollowRequest = {
  /** only these, with commas: jobs, receipts, proposals, parameters */
  topics?: string;
  /** only events of this job */
  job?: ValueCid;
  /** the id of the last event that was received; the header Last-Event-ID means the same */
  since?: string;
};

export type ReceiptShowRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  receipt: string;
};

export type ReceiptVerifyRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  receipt: string;
};

export type ReceiptReplayRequest = {
  /** its id, its receipt or its anchor, or a unique prefix of one of these; its number; @last, @last-ok or @last-failed */
  receipt: string;
};

export type ManaBalanceRequest = {
  /** owner of the account; default: the caller */
  did?: ValueDid;
};

export type ManaHistoryRequest = {
  /** owner of the account; default: the caller */
  did?: ValueDid;
  /** the first sequence number */
  from?: number;
  /** most entries of the page */
  count?: number;
};

export type ManaStatementRequest = {
  /** owner of the account; default: the caller */
  did?: ValueDid;
  /** a past moment at which the statement ends */
  at?: ValueTime;
  /** `next_before` of a newer page */
  before?: string;
  /** most entries of the page */
  count?: number;
};

export type RepHistoryRequest = {
  /** whose reputation; default: the caller's */
  did?: ValueDid;
  /** `next_before` of a newer page */
  before?: number;
  /** most changes of the page */
  count?: number;
};

export type CoopMembersRequest = {
  /** `next_after` of the page before */
  after?: ValueDid;
  /** only those */
  status?: "active" | "suspended" | "removed" | "resigned";
  /** how many at most */
  count?: number;
};

export type CoopApplyRequest = {
  /** the scope to join; this node's without it */
  scope?: ValueCid;
  /** the node that is to keep the account; this node without it */
  home?: ValueDid;
};

export type GovProposeRequest = {
  /** what it does */
  kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
  /** of `set`: parameters and their new values */
  values?: Record<string, string>;
  /** whom it is about: a DID, or the name of a key in the data folder */
  member?: string;
  /** of `admit`, instead of `member`: what the candidate signed */
  record?: string;
  /** of `budget`: what the treasury pays */
  amount_umana?: ValueUmana;
  /** of `upgrade`: the least version of a node's program */
  version?: string;
  /** of `federate`: the other scope */
  scope?: ValueCid;
  /** of `federate`: this scope's mana for one of the other's */
  rate_ppm?: number;
  /** of `federate`: what the other scope may owe at most */
  credit_umana?: ValueUmana;
  /** of `key`: the new key, as a did:key or the name of a key in the data folder */
  key?: string;
  /** of `batch`: all of them are done, or none */
  actions?: ({
    /** what it does */
    kind: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
    /** of `set`: parameters and their new values */
    values?: Record<string, string>;
    /** whom it is about: a DID, or the name of a key in the data folder */
    member?: string;
    /** of `admit`, instead of `member`: what the candidate signed */
    record?: string;
    /** of `budget`: what the treasury pays */
    amount_umana?: ValueUmana;
    /** of `upgrade`: the least version of a node's program */
    version?: string;
    /** of `federate`: the other scope */
    scope?: ValueCid;
    /** of `federate`: this scope's mana for one of the other's */
    rate_ppm?: number;
    /** of `federate`: what the other scope may owe at most */
    credit_umana?: ValueUmana;
    /** of `key`: the new key, as a did:key or the name of a key in the data folder */
    key?: string;
  })[];
  /** one line, for lists */
  title?: string;
  /** the reasons, for people */
  text?: string;
  /** how long voting is open */
  voting_s?: number;
  /** how long it waits between acceptance and execution */
  timelock_s?: number;
  /** how many must take part: a number of members, or a share of them as `200000ppm` */
  quorum?: string;
  /** the share of yes among yes and no that accepts it */
  threshold_ppm?: number;
};

export type GovListRequest = {
  /** only those */
  state?: "sponsorship" | "deliberation" | "voting" | "timelock" | "executed" | "rejected" | "expired" | "cancelled";
  /** how many at most */
  count?: number;
  /** `next_before` of a newer page */
  before?: number;
};

export type GovShowRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
};

export type GovCancelRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
};

export type GovSponsorRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
};

export type GovVoteRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
  /** what the member votes */
  choice: "yes" | "no" | "abstain";
};

export type GovExecuteRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
};

export type GovTallyRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
};

export type GovDryRunRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal: string;
  /** a dry run to derive again: one that differs is an error */
  record?: string;
};

export type GovDelegateRequest = {
  /** who votes instead: a DID, or the name of a key in the data folder */
  delegate: string;
  /** proposals of this kind only; all others without it */
  topic?: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
  /** not from then on; without it until it is revoked */
  until?: ValueTime;
};

export type GovRevokeRequest = {
  /** who no longer votes instead: a DID, or the name of a key in the data folder */
  delegate: string;
};

export type GovPreviewRequest = {
  /** its id, or a unique prefix of it; @last is the newest */
  proposal?: string;
  /** instead: any proposal of this kind; without both, a resolution */
  topic?: "set" | "admit" | "suspend" | "remove" | "budget" | "resolution" | "clerk" | "upgrade" | "federate" | "key" | "batch";
  /** whose vote; the caller's without it */
  did?: ValueDid;
};

export type GovLogRequest = {
  /** the first position */
  from?: number;
  /** how many at most */
  count?: number;
};

export type TrustGrantRequest = {
  /** a DID, or the name of a key in the data folder */
  trustee: string;
  /** what for: a trust scope that jobs demand */
  context: string;
  /** how far; none: not, whatever others say */
  level: "none" | "basic" | "partial" | "full";
  /** not from then on; without it until it is taken back */
  until?: ValueTime;
};

export type TrustRevokeRequest = {
  /** a DID, or the name of a key in the data folder */
  trustee: string;
  /** what for */
  context: string;
};

export type TrustListRequest = {
  /** only statements by or about it: a DID, or the name of a key */
  did?: string;
  /** only in this context */
  context?: string;
  /** at most this many */
  count?: number;
  /** `next` of the page before */
  after?: string;
};

export type TrustChallengeRequest = {
  /** a DID, or the name of a key in the data folder */
  trustee: string;
  /** what for */
  context: string;
  /** one line for people */
  reason?: string;
  /** whether the challenge ends */
  withdraw?: boolean;
};

export type TrustRuleRequest = {
  /** the context */
  context: string;
  /** the least level that counts in it */
  level_min?: "none" | "basic" | "partial" | "full";
  /** links of a path */
  depth_max?: number;
  /** only members, their nodes and those behind a bridge */
  members_only?: boolean;
  /** whether a path may lead to another scope */
  bridges?: boolean;
};

export type TrustBridgeRequest = {
  /** the other scope */
  scope: ValueCid;
  /** a member there, with whom its paths begin */
  gate: ValueDid;
  /** what for */
  context: string;
  /** no path over it is worth more; none: the bridge is closed */
  level: "none" | "basic" | "partial" | "full";
  /** what it leaves of the strength of a path */
  decay_ppm?: number;
  /** links behind the gate */
  depth_max?: number;
  /** not from then on */
  until?: ValueTime;
};

export type TrustExplainRequest = {
  /** a DID, or the name of a key in the data folder */
  creator: string;
  /** a DID, or the name of a key in the data folder */
  executor: string;
  /** the trust scope */
  context: string;
};

export type ParamGetRequest = {
  /** the parameter's name */
  name: string;
};

export type ParamExplainRequest = {
  /** the parameter's name */
  name: string;
};

export type ParamHistoryRequest = {
  /** the parameter's name */
  name: string;
};

export type ManaProofRequest = {
  /** owner of the account; default: the caller */
  did?: ValueDid;
  /** under the root that the home anchored last, not a new one */
  anchored?: boolean;
};

export type ProofVerifyRequest = {
  /** of a zk proof: what the verifier chose; with another one it is refused */
  challenge?: string;
  /** the manifest of keys that a zk proof is checked with */
  keys?: string;
  /** accept the development keys, with which false proofs can be made */
  development_keys?: boolean;
};

export type ZkAttestRequest = {
  /** what the holder wants to prove */
  statement: "age_over" | "membership" | "reputation_at_least" | "balance_in_range" | "timestamp_within" | "credential_not_revoked";
  /** whom the value is about */
  holder: ValueDid;
  /** a whole number, or a date like 2008-11-30 */
  value: string;
  /** the lower bound to prove, unless the prover chooses another */
  min?: string;
  /** the upper bound */
  max?: string;
  /** membership: commitments of the other members; credential_not_revoked: the serial numbers of revoked credentials */
  set?: string[];
};

export type KeyNewRequest = {
  /** name of the key */
  name: string;
  /** the URI (RFC 7512) of a key in a PKCS#11 token; created there if it is absent */
  pkcs11?: string;
};

export type KeyShowRequest = {
  /** name of the key */
  name: string;
};

export type KeyRotateRequest = {
  /** name of the key */
  name: string;
  /** the URI (RFC 7512) of a key in a PKCS#11 token; created there if it is absent */
  pkcs11?: string;
};

export type AccessNewRequest = {
  /** name of the key */
  name: string;
  /** what it may ask for */
  role?: "read" | "submit" | "operate";
  /** from when on it is refused */
  until?: ValueTime;
};

export type AccessRevokeRequest = {
  /** name of the key */
  name: string;
};

export type CredentialIssueRequest = {
  /** a member: a DID, or the name of a key in the data folder */
  member: string;
  /** when it ends; without it until it is revoked */
  until?: ValueTime;
  /** `document`: of the W3C; `selective`: an SD-JWT, whose holder chooses what it shows */
  form?: "document" | "selective";
};

export type CredentialPresentRequest = {
  /** the signed text */
  credential: string;
  /** the verifier */
  audience: string;
  /** what the verifier chose for this presentation */
  challenge: string;
  /** claims of a selective credential to show */
  disclose?: string[];
};

export type CredentialVerifyRequest = {
  /** a credential or a presentation */
  credential: string;
  /** the verifier, with `challenge`: what is shown must be a presentation to it */
  audience?: string;
  /** what the verifier chose */
  challenge?: string;
  /** the issuer's status list; this node has its own */
  status_list?: string;
};

export type CredentialRevokeRequest = {
  /** of the credential */
  index: number;
};

export type DidResolveRequest = {
  /** a DID, or a DID URL, whose DID is resolved */
  did: string;
};

export type DagGetFolderRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** path of an entry in the folder: names separated by slashes */
  path?: string;
  /** most bytes of all files together */
  bytes_max?: number;
};

export type DagGetRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** the form of the streamed bytes; a file is streamed whole unless this is given */
  as?: "raw" | "dag-json";
  /** path of an entry in the folder: names separated by slashes */
  path?: string;
};

export type DagCatRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** path of an entry in the folder: names separated by slashes */
  path?: string;
};

export type DagLsRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** path of an entry in the folder: names separated by slashes */
  path?: string;
};

export type DagTreeRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** levels to show */
  depth?: number;
};

export type DagVerifyRequest = {
  /** verify only blocks that are reachable from this one */
  cid?: string;
};

export type DagPinRequest = {
  /** a CID or a unique prefix of one; for a job's block the job's number, @last, @last-ok or @last-failed */
  cid: string;
  /** also pin everything it links to */
  recursive?: boolean;
  /** seconds until the pin expires */
  ttl_s?: number;
};

export type DagUnpinRequest = {
  /** a block that the caller pinned, or a job of the caller */
  name: string;
};

export type DagPinsRequest = {
  /** `next_after` of the previous page */
  after?: string;
  /** most entries of the page */
  count?: number;
};

export type DagGcRequest = {
  /** remove nothing */
  dry_run?: boolean;
  /** most blocks that a dry run lists */
  count?: number;
  /** pins created while the clock was ahead expire as if created now */
  reset_times?: boolean;
};

export type DagExportRequest = {
  /** blocks to export with everything below them */
  roots: string[];
  /** 1 or 2 */
  car_version?: number;
};

export type DagCidRequest = {
  /** one block of bytes, one block of DAG-CBOR, or a file in chunks */
  codec?: "raw" | "dag-cbor" | "unixfs";
};

export type StoreBackupRequest = {
  /** absolute path of a new folder on the node's machine */
  destination: string;
};

export type NodeAbiRequest = {
  /** form of the bytes: the answer itself, a document for people, or a header for guests */
  form?: "json" | "md" | "c" | "rust";
};

export type NodeObligationsRequest = {
  /** at most this many, those due first */
  count?: number;
};

/** One method for each operation; those that end in Bytes return a stream. */
export class Client {
  readonly transport: Transport;
  constructor(url: string, options: Options = {}) {
    this.transport = new Transport(url, options);
  }

  /** Whether the process answers. */
  health(): Promise<unknown> {
    return this.transport.json(["GET", "/health", [], [], false], {});
  }

  /** This description. */
  openapi(): Promise<unknown> {
    return this.transport.json(["GET", "/v1/openapi.json", [], [], false], {});
  }

  /** A block (raw) or everything below it (car), for clients that verify it themselves; else a file. */
  gatewayBytes(request: GatewayRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/ipfs/{cid}", ["cid"], ["format"], false], request);
  }

  /** Accepts a job of the node's member and runs it to completion. */
  jobRun(request: JobRunRequest): Promise<Job> {
    return this.transport.json(["POST", "/v1/jobs/run", [], [], true], request);
  }

  /** Accepts a job of the node's member and runs it to completion. */
  jobRunBytes(request: JobRunRequest): Promise<Response> {
    return this.transport.bytes(["POST", "/v1/jobs/run", [], [], true], request);
  }

  /** Accepts a job of the node's member, which then waits. */
  jobSubmit(request: JobSubmitRequest): Promise<Job> {
    return this.transport.json(["POST", "/v1/jobs", [], [], true], request);
  }

  /** Jobs of this node, newest first. */
  jobList(request: JobListRequest = {}): Promise<JobList> {
    return this.transport.json(["GET", "/v1/jobs", [], ["phase", "before", "count"], false], request);
  }

  /** Runs a program under an unsigned order and charges nothing; its work counts against the window of refused work. */
  jobSimulate(request: JobSimulateRequest): Promise<Simulation> {
    return this.transport.json(["POST", "/v1/jobs/simulation", [], [], true], request);
  }

  /** Runs an accepted job to completion, or reports its result. */
  jobWait(request: JobWaitRequest): Promise<Job> {
    return this.transport.json(["POST", "/v1/jobs/{job}/wait", ["job"], [], true], request);
  }

  /** Runs an accepted job to completion, or reports its result. */
  jobWaitBytes(request: JobWaitRequest): Promise<Response> {
    return this.transport.bytes(["POST", "/v1/jobs/{job}/wait", ["job"], [], true], request);
  }

  /** Runs every waiting job. */
  jobWork(): Promise<Work> {
    return this.transport.json(["POST", "/v1/jobs/work", [], [], true], {});
  }

  /** Runs the same program on the same inputs as a new job. */
  jobRerun(request: JobRerunRequest): Promise<Job> {
    return this.transport.json(["POST", "/v1/jobs/{job}/rerun", ["job"], [], true], request);
  }

  /** Runs the same program on the same inputs as a new job. */
  jobRerunBytes(request: JobRerunRequest): Promise<Response> {
    return this.transport.bytes(["POST", "/v1/jobs/{job}/rerun", ["job"], [], true], request);
  }

  /** Everything about one job. */
  jobDescribe(request: JobDescribeRequest): Promise<Description> {
    return this.transport.json(["GET", "/v1/jobs/{job}", ["job"], [], false], request);
  }

  /** Why a job is in its state, in plain words. */
  jobWhy(request: JobWhyRequest): Promise<Why> {
    return this.transport.json(["GET", "/v1/jobs/{job}/why", ["job"], [], false], request);
  }

  /** The log of a job. */
  jobLogs(request: JobLogsRequest): Promise<Logs> {
    return this.transport.json(["GET", "/v1/jobs/{job}/log", ["job"], ["follow"], false], request);
  }

  /** The log of a job. */
  jobLogsBytes(request: JobLogsRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/jobs/{job}/log", ["job"], ["follow"], false], request);
  }

  /** The bytes of a job's output, verified against their CID. */
  jobOutput(request: JobOutputRequest): Promise<Output> {
    return this.transport.json(["GET", "/v1/jobs/{job}/output", ["job"], [], false], request);
  }

  /** The bytes of a job's output, verified against their CID. */
  jobOutputBytes(request: JobOutputRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/jobs/{job}/output", ["job"], [], false], request);
  }

  /** Cancels a job: releases its reserve or, if it runs, stops it and charges the fuel it used. */
  jobCancel(request: JobCancelRequest): Promise<Cancel> {
    return this.transport.json(["POST", "/v1/jobs/{job}/cancel", ["job"], [], true], request);
  }

  /** Changes of jobs, receipts, proposals and parameters, as server-sent events. */
  eventFollow(request: EventFollowRequest = {}): Promise<EventPage> {
    return this.transport.json(["GET", "/v1/events", [], ["topics", "job", "since"], false], request);
  }

  /** Changes of jobs, receipts, proposals and parameters, as server-sent events. */
  eventFollowBytes(request: EventFollowRequest = {}): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/events", [], ["topics", "job", "since"], false], request);
  }

  /** A receipt and who signed it. */
  receiptShow(request: ReceiptShowRequest): Promise<Receipt> {
    return this.transport.json(["GET", "/v1/receipts/{receipt}", ["receipt"], [], false], request);
  }

  /** Checks every signature and link of a receipt. */
  receiptVerify(request: ReceiptVerifyRequest): Promise<Verification> {
    return this.transport.json(["GET", "/v1/receipts/{receipt}/verification", ["receipt"], [], false], request);
  }

  /** Runs the job of a receipt again from its blocks and compares. */
  receiptReplay(request: ReceiptReplayRequest): Promise<Replay> {
    return this.transport.json(["POST", "/v1/receipts/{receipt}/replay", ["receipt"], [], true], request);
  }

  /** Balance and reputation of an account. */
  manaBalance(request: ManaBalanceRequest = {}): Promise<Balance> {
    return this.transport.json(["GET", "/v1/mana/balance", [], ["did"], false], request);
  }

  /** The transfers of an account, oldest first. */
  manaHistory(request: ManaHistoryRequest = {}): Promise<History> {
    return this.transport.json(["GET", "/v1/mana/history", [], ["did", "from", "count"], false], request);
  }

  /** The changes of an account, one row per job, with a running balance. */
  manaStatement(request: ManaStatementRequest = {}): Promise<Statement> {
    return this.transport.json(["GET", "/v1/mana/statement", [], ["did", "at", "before", "count"], false], request);
  }

  /** Recomputes every sum from the journal. */
  manaAudit(): Promise<Audit> {
    return this.transport.json(["POST", "/v1/mana/audit", [], [], true], {});
  }

  /** How a reputation came about, newest change first. */
  repHistory(request: RepHistoryRequest = {}): Promise<ReputationHistory> {
    return this.transport.json(["GET", "/v1/reputation/history", [], ["did", "before", "count"], false], request);
  }

  /** The scope that the node serves. */
  coopShow(): Promise<Coop> {
    return this.transport.json(["GET", "/v1/scope", [], [], false], {});
  }

  /** Who is and was a member. */
  coopMembers(request: CoopMembersRequest = {}): Promise<MemberList> {
    return this.transport.json(["GET", "/v1/scope/members", [], ["after", "status", "count"], false], request);
  }

  /** Signs the caller's application to join a scope; enters nothing. */
  coopApply(request: CoopApplyRequest = {}): Promise<Application> {
    return this.transport.json(["POST", "/v1/scope/applications", [], [], true], request);
  }

  /** The caller leaves the scope. */
  coopResign(): Promise<Resigned> {
    return this.transport.json(["POST", "/v1/scope/resignations", [], [], true], {});
  }

  /** Proposes a decision of the members. */
  govPropose(request: GovProposeRequest): Promise<ProposalMade> {
    return this.transport.json(["POST", "/v1/proposals", [], [], true], request);
  }

  /** Proposals, newest first. */
  govList(request: GovListRequest = {}): Promise<ProposalList> {
    return this.transport.json(["GET", "/v1/proposals", [], ["state", "count", "before"], false], request);
  }

  /** Everything about one proposal. */
  govShow(request: GovShowRequest): Promise<Proposal> {
    return this.transport.json(["GET", "/v1/proposals/{proposal}", ["proposal"], [], false], request);
  }

  /** Withdraws a proposal of the caller's. */
  govCancel(request: GovCancelRequest): Promise<Proposal> {
    return this.transport.json(["DELETE", "/v1/proposals/{proposal}", ["proposal"], [], false], request);
  }

  /** Supports that a proposal is voted on. */
  govSponsor(request: GovSponsorRequest): Promise<Proposal> {
    return this.transport.json(["POST", "/v1/proposals/{proposal}/sponsors", ["proposal"], [], true], request);
  }

  /** The caller's vote; a later one replaces it. */
  govVote(request: GovVoteRequest): Promise<Proposal> {
    return this.transport.json(["POST", "/v1/proposals/{proposal}/votes", ["proposal"], [], true], request);
  }

  /** Does what is due of a proposal: counting, execution. */
  govExecute(request: GovExecuteRequest): Promise<Proposal> {
    return this.transport.json(["POST", "/v1/proposals/{proposal}/execution", ["proposal"], [], true], request);
  }

  /** The votes on a proposal as they are. */
  govTally(request: GovTallyRequest): Promise<Tally> {
    return this.transport.json(["GET", "/v1/proposals/{proposal}/tally", ["proposal"], [], false], request);
  }

  /** Exactly what a proposal would change now; changes nothing. */
  govDryRun(request: GovDryRunRequest): Promise<DryRun> {
    return this.transport.json(["POST", "/v1/proposals/{proposal}/dry-run", ["proposal"], [], true], request);
  }

  /** Lets another member vote for the caller. */
  govDelegate(request: GovDelegateRequest): Promise<Delegation> {
    return this.transport.json(["POST", "/v1/delegations", [], [], true], request);
  }

  /** Takes the caller's delegations to a member back. */
  govRevoke(request: GovRevokeRequest): Promise<DelegationsRevoked> {
    return this.transport.json(["DELETE", "/v1/delegations/{delegate}", ["delegate"], [], false], request);
  }

  /** Where a member's vote goes. */
  govPreview(request: GovPreviewRequest = {}): Promise<VotePreview> {
    return this.transport.json(["GET", "/v1/delegations/preview", [], ["proposal", "topic", "did"], false], request);
  }

  /** The scope's log, oldest entry first. */
  govLog(request: GovLogRequest = {}): Promise<ScopeLog> {
    return this.transport.json(["GET", "/v1/scope/log", [], ["from", "count"], false], request);
  }

  /** Checks every signature, link and result of the scope's log. */
  govVerifyLog(): Promise<LogCheck> {
    return this.transport.json(["POST", "/v1/scope/log/verification", [], [], true], {});
  }

  /** States that the caller trusts a DID in one context, and how far. */
  trustGrant(request: TrustGrantRequest): Promise<Trust> {
    return this.transport.json(["POST", "/v1/trust", [], [], true], request);
  }

  /** Takes back what the caller stated about a DID in one context. */
  trustRevoke(request: TrustRevokeRequest): Promise<Trust> {
    return this.transport.json(["DELETE", "/v1/trust", [], ["trustee", "context"], false], request);
  }

  /** Whom members trust. */
  trustList(request: TrustListRequest = {}): Promise<TrustList> {
    return this.transport.json(["GET", "/v1/trust", [], ["did", "context", "count", "after"], false], request);
  }

  /** Doubts that a DID should be trusted through others, or withdraws that. */
  trustChallenge(request: TrustChallengeRequest): Promise<TrustChallenge> {
    return this.transport.json(["POST", "/v1/trust/challenges", [], [], true], request);
  }

  /** Sets what a context demands beyond the scope's parameters. */
  trustRule(request: TrustRuleRequest): Promise<TrustRule> {
    return this.transport.json(["PUT", "/v1/trust/rules", [], [], true], request);
  }

  /** Opens or closes a bridge to another scope. */
  trustBridge(request: TrustBridgeRequest): Promise<TrustBridge> {
    return this.transport.json(["PUT", "/v1/trust/bridges", [], [], true], request);
  }

  /** Whether one DID trusts another in a context, with the path and the rule that decided. */
  trustExplain(request: TrustExplainRequest): Promise<TrustExplanation> {
    return this.transport.json(["GET", "/v1/trust/explanation", [], ["creator", "executor", "context"], false], request);
  }

  /** What the scope has decided, parameter by parameter. */
  paramList(): Promise<ParameterList> {
    return this.transport.json(["GET", "/v1/parameters", [], [], false], {});
  }

  /** One parameter. */
  paramGet(request: ParamGetRequest): Promise<Parameter> {
    return this.transport.json(["GET", "/v1/parameters/{name}", ["name"], [], false], request);
  }

  /** What a parameter affects, and who chose its value. */
  paramExplain(request: ParamExplainRequest): Promise<ParameterExplanation> {
    return this.transport.json(["GET", "/v1/parameters/{name}/explanation", ["name"], [], false], request);
  }

  /** The values that a parameter had, and who chose them. */
  paramHistory(request: ParamHistoryRequest): Promise<ParameterHistory> {
    return this.transport.json(["GET", "/v1/parameters/{name}/history", ["name"], [], false], request);
  }

  /** Proves that an account is among all accounts of this home. */
  manaProof(request: ManaProofRequest = {}): Promise<ManaProof> {
    return this.transport.json(["GET", "/v1/mana/proof", [], ["did", "anchored"], false], request);
  }

  /** Checks a proof; needs nothing but the proof. */
  proofVerify(body: BodyInit, request: ProofVerifyRequest = {}): Promise<ProofVerified> {
    return this.transport.json(["POST", "/v1/proofs/verification", [], ["challenge", "keys", "development_keys"], false], request, body);
  }

  /** What can be proven without showing it. */
  zkStatements(): Promise<ZkStatements> {
    return this.transport.json(["GET", "/v1/zk/statements", [], [], false], {});
  }

  /** Attests a value to a holder, who can then prove statements about it. */
  zkAttest(request: ZkAttestRequest): Promise<ZkWitness> {
    return this.transport.json(["POST", "/v1/zk/attestations", [], [], true], request);
  }

  /** The member keys in the node's data folder. */
  keyList(): Promise<KeyList> {
    return this.transport.json(["GET", "/v1/keys", [], [], false], {});
  }

  /** Creates another member key in the data folder. */
  keyNew(request: KeyNewRequest): Promise<Key> {
    return this.transport.json(["POST", "/v1/keys", [], [], true], request);
  }

  /** A member key. */
  keyShow(request: KeyShowRequest): Promise<Key> {
    return this.transport.json(["GET", "/v1/keys/{name}", ["name"], [], false], request);
  }

  /** Replaces the key that signs for a member or for the node. */
  keyRotate(request: KeyRotateRequest): Promise<Key> {
    return this.transport.json(["POST", "/v1/keys/rotation", [], [], true], request);
  }

  /** Creates an API key, which asks in the name of the node's member; its secret is shown once. */
  accessNew(request: AccessNewRequest): Promise<NewAccessKey> {
    return this.transport.json(["POST", "/v1/access", [], [], true], request);
  }

  /** The API keys of the node. */
  accessList(): Promise<AccessList> {
    return this.transport.json(["GET", "/v1/access", [], [], false], {});
  }

  /** Revokes an API key at once. */
  accessRevoke(request: AccessRevokeRequest): Promise<AccessKey> {
    return this.transport.json(["DELETE", "/v1/access/{name}", ["name"], [], false], request);
  }

  /** Attests that a member belongs to the scope. */
  credentialIssue(request: CredentialIssueRequest): Promise<CredentialIssued> {
    return this.transport.json(["POST", "/v1/credentials", [], [], true], request);
  }

  /** Shows a credential of the caller to one verifier. */
  credentialPresent(request: CredentialPresentRequest): Promise<Presentation> {
    return this.transport.json(["POST", "/v1/credentials/presentation", [], [], true], request);
  }

  /** Verifies a credential or a presentation, its times and its status. */
  credentialVerify(request: CredentialVerifyRequest): Promise<Credential> {
    return this.transport.json(["POST", "/v1/credentials/verification", [], [], true], request);
  }

  /** Takes a credential back. */
  credentialRevoke(request: CredentialRevokeRequest): Promise<CredentialRevoked> {
    return this.transport.json(["DELETE", "/v1/credentials/{index}", ["index"], [], false], request);
  }

  /** The signed list of the credentials that are revoked. */
  credentialStatus(): Promise<StatusList> {
    return this.transport.json(["GET", "/v1/credentials/status", [], [], false], {});
  }

  /** The W3C document of a DID. */
  didResolve(request: DidResolveRequest): Promise<DidDocument> {
    return this.transport.json(["GET", "/v1/dids/{did}", ["did"], [], false], request);
  }

  /** Stores a file and pins it for the caller. */
  dagPut(body: BodyInit): Promise<DagPut> {
    return this.transport.json(["POST", "/v1/dag/files", [], [], false], {}, body);
  }

  /** Stores a folder, which arrives entry by entry, and pins it for the caller. */
  dagPutFolder(body: BodyInit): Promise<DagPut> {
    return this.transport.json(["POST", "/v1/dag/folders", [], [], false], {}, body);
  }

  /** Everything below a folder, entry by entry. */
  dagGetFolder(request: DagGetFolderRequest): Promise<DagGet> {
    return this.transport.json(["GET", "/v1/dag/folders/{cid}", ["cid"], ["path", "bytes_max"], false], request);
  }

  /** Everything below a folder, entry by entry. */
  dagGetFolderBytes(request: DagGetFolderRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/dag/folders/{cid}", ["cid"], ["path", "bytes_max"], false], request);
  }

  /** A block, or a file as a whole. */
  dagGet(request: DagGetRequest): Promise<DagGet> {
    return this.transport.json(["GET", "/v1/dag/blocks/{cid}", ["cid"], ["as", "path"], false], request);
  }

  /** A block, or a file as a whole. */
  dagGetBytes(request: DagGetRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/dag/blocks/{cid}", ["cid"], ["as", "path"], false], request);
  }

  /** A file as a whole. */
  dagCat(request: DagCatRequest): Promise<DagGet> {
    return this.transport.json(["GET", "/v1/dag/files/{cid}", ["cid"], ["path"], false], request);
  }

  /** A file as a whole. */
  dagCatBytes(request: DagCatRequest): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/dag/files/{cid}", ["cid"], ["path"], false], request);
  }

  /** The links of a block; the entries of a folder. */
  dagLs(request: DagLsRequest): Promise<DagLs> {
    return this.transport.json(["GET", "/v1/dag/blocks/{cid}/links", ["cid"], ["path"], false], request);
  }

  /** Everything below a block. */
  dagTree(request: DagTreeRequest): Promise<DagTree> {
    return this.transport.json(["GET", "/v1/dag/blocks/{cid}/tree", ["cid"], ["depth"], false], request);
  }

  /** The size of the store. */
  dagStat(): Promise<DagStat> {
    return this.transport.json(["GET", "/v1/dag", [], [], false], {});
  }

  /** Reads blocks and compares each with its hash. */
  dagVerify(request: DagVerifyRequest = {}): Promise<DagVerify> {
    return this.transport.json(["POST", "/v1/dag/verification", [], [], true], request);
  }

  /** Pins a block, or everything below it, for the caller. */
  dagPin(request: DagPinRequest): Promise<DagPin> {
    return this.transport.json(["POST", "/v1/dag/pins/{cid}", ["cid"], [], true], request);
  }

  /** Releases the caller's pins of a block, or a job of the caller. */
  dagUnpin(request: DagUnpinRequest): Promise<DagUnpin> {
    return this.transport.json(["DELETE", "/v1/dag/pins/{name}", ["name"], [], false], request);
  }

  /** The pins, page by page. */
  dagPins(request: DagPinsRequest = {}): Promise<DagPins> {
    return this.transport.json(["GET", "/v1/dag/pins", [], ["after", "count"], false], request);
  }

  /** Removes the blocks that nothing holds. */
  dagGc(request: DagGcRequest = {}): Promise<DagGc> {
    return this.transport.json(["POST", "/v1/dag/collection", [], [], true], request);
  }

  /** Writes everything below the roots as an archive. */
  dagExport(request: DagExportRequest): Promise<DagExport> {
    return this.transport.json(["POST", "/v1/dag/archives/export", [], [], true], request);
  }

  /** Writes everything below the roots as an archive. */
  dagExportBytes(request: DagExportRequest): Promise<Response> {
    return this.transport.bytes(["POST", "/v1/dag/archives/export", [], [], true], request);
  }

  /** Stores the blocks of an archive and pins its roots for the caller. */
  dagImport(body: BodyInit): Promise<DagImport> {
    return this.transport.json(["POST", "/v1/dag/archives", [], [], false], {}, body);
  }

  /** Computes the CID of bytes; stores nothing. */
  dagCid(body: BodyInit, request: DagCidRequest = {}): Promise<Cid> {
    return this.transport.json(["POST", "/v1/dag/cid", [], ["codec"], false], request, body);
  }

  /** The kinds of stores that this build knows. */
  storeBackends(): Promise<StoreBackends> {
    return this.transport.json(["GET", "/v1/stores/backends", [], [], false], {});
  }

  /** One hash over the whole logical state of the node. */
  storeHash(): Promise<StoreHash> {
    return this.transport.json(["GET", "/v1/stores/hash", [], [], false], {});
  }

  /** Copies the whole node into a folder on its machine. */
  storeBackup(request: StoreBackupRequest): Promise<Backup> {
    return this.transport.json(["POST", "/v1/stores/backup", [], [], true], request);
  }

  /** The host functions that a guest may call. */
  nodeAbi(request: NodeAbiRequest = {}): Promise<Abi> {
    return this.transport.json(["GET", "/v1/abi", [], ["form"], false], request);
  }

  /** The host functions that a guest may call. */
  nodeAbiBytes(request: NodeAbiRequest = {}): Promise<Response> {
    return this.transport.bytes(["GET", "/v1/abi", [], ["form"], false], request);
  }

  /** The version of the program and of its execution profile. */
  nodeVersion(): Promise<Version> {
    return this.transport.json(["GET", "/v1/version", [], [], false], {});
  }

  /** What the node is doing. */
  nodeStatus(): Promise<NodeStatus> {
    return this.transport.json(["GET", "/v1/node", [], [], false], {});
  }

  /** What the node owes, and by when. */
  nodeObligations(request: NodeObligationsRequest = {}): Promise<Obligations> {
    return this.transport.json(["GET", "/v1/node/obligations", [], ["count"], false], request);
  }

  /** Whether the node can work now; an error names each thing that it cannot use, and why. */
  nodeReady(): Promise<Readiness> {
    return this.transport.json(["GET", "/ready", [], [], false], {});
  }

  /** The metrics, for Prometheus. */
  nodeMetrics(): Promise<Metrics> {
    return this.transport.json(["GET", "/metrics", [], [], false], {});
  }

  /** The metrics, for Prometheus. */
  nodeMetricsBytes(): Promise<Response> {
    return this.transport.bytes(["GET", "/metrics", [], [], false], {});
  }

  /** Every key of the configuration with its value and source. */
  nodeConfiguration(): Promise<Configuration> {
    return this.transport.json(["GET", "/v1/node/configuration", [], [], false], {});
  }

  /** Reads the configuration again and applies all of its changes, or none. */
  nodeReload(): Promise<Reload> {
    return this.transport.json(["POST", "/v1/node/reload", [], [], true], {});
  }
}
