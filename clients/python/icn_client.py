"""Written by tools/generate_clients.py from docs/openapi.json; needs only the standard library."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from icn_transport import Body, Transport
from icn_transport import ProblemError as ProblemError

class Job(TypedDict):
    job_id: ValueCid | None
    outcome: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped", "refused", "infrastructure", "cancelled", "expired"] | None
    phase: Literal["submitted", "bidding", "assigned", "executing", "delivered", "settled", "completed", "failed", "cancelled", "expired"] | None
    code: int
    rule: str | None
    trap: str | None
    exit_code: int | None
    receipt: ValueCid | None
    output_cid: ValueCid | None
    fuel_used: int
    fuel_limit: int
    memory_pages: int
    reserved_umana: ValueUmana
    charged_umana: ValueUmana
    released_umana: ValueUmana
    executor: ValueDid | None
    message: str
    note: NotRequired[str]

class Simulation(TypedDict):
    outcome: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped"]
    code: int
    exit_code: int
    fuel_used: int
    fuel_limit: int
    memory_pages: int
    output_bytes: int
    effects: int
    minimum_cost_mana: int
    reserve_umana: ValueUmana
    discount_umana: ValueUmana
    budget_umana: ValueUmana
    charged_umana: ValueUmana
    pay_umana: ValueUmana
    available_umana: ValueUmana
    message: str

class Work(TypedDict):
    completed: int
    failed: int
    left: int

class JobListJobsItem(TypedDict):
    job_id: ValueCid | None
    outcome: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped", "refused", "infrastructure", "cancelled", "expired"] | None
    phase: Literal["submitted", "bidding", "assigned", "executing", "delivered", "settled", "completed", "failed", "cancelled", "expired"] | None
    code: int
    rule: str | None
    trap: str | None
    exit_code: int | None
    receipt: ValueCid | None
    output_cid: ValueCid | None
    fuel_used: int
    fuel_limit: int
    memory_pages: int
    reserved_umana: ValueUmana
    charged_umana: ValueUmana
    released_umana: ValueUmana
    executor: ValueDid | None
    message: str
    number: int
    program: str | None
    accepted: ValueTime

class JobList(TypedDict):
    jobs: list[JobListJobsItem]
    next_before: int | None

class DescriptionOrderLimits(TypedDict):
    max_execution_time_secs: int
    max_memory_pages: int
    max_fuel: int
    max_stack_depth: int
    max_globals: int
    max_functions: int
    max_tables: int
    max_table_size: int
    max_module_bytes: int
    max_function_bytes: int
    max_input_bytes: int
    max_output_bytes: int
    max_log_bytes: int
    max_effects: int
    max_observations: int

class DescriptionOrderDeadlines(TypedDict):
    start_by: ValueTime
    finish_by: ValueTime
    settle_by: ValueTime
    expires: ValueTime

class DescriptionOrder(TypedDict):
    job: ValueCid
    home: ValueDid
    time: ValueTime
    limits: DescriptionOrderLimits
    profile: ValueCid
    costs: ValueCid
    abi: ValueCid
    observations: ValueCid
    base_umana: ValueUmana
    page_umana: ValueUmana
    reserve_umana: ValueUmana
    discount_umana: ValueUmana
    deadlines: DescriptionOrderDeadlines

class DescriptionHappeningsItem(TypedDict):
    time: ValueTime
    phase: Literal["submitted", "bidding", "assigned", "executing", "delivered", "settled", "completed", "failed", "cancelled", "expired"]
    text: str

class Description(TypedDict):
    job_id: ValueCid | None
    outcome: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped", "refused", "infrastructure", "cancelled", "expired"] | None
    phase: Literal["submitted", "bidding", "assigned", "executing", "delivered", "settled", "completed", "failed", "cancelled", "expired"] | None
    code: int
    rule: str | None
    trap: str | None
    exit_code: int | None
    receipt: ValueCid | None
    output_cid: ValueCid | None
    fuel_used: int
    fuel_limit: int
    memory_pages: int
    reserved_umana: ValueUmana
    charged_umana: ValueUmana
    released_umana: ValueUmana
    executor: ValueDid | None
    message: str
    number: int
    program: str | None
    submitter: ValueDid
    accepted: ValueTime
    attempts: int
    base_umana: ValueUmana
    bid_umana: ValueUmana
    pay_umana: ValueUmana
    budget_umana: ValueUmana
    budget_spent_umana: ValueUmana
    anchor: ValueCid | None
    module: ValueCid | None
    entry: str | None
    args: list[str] | None
    inputs: list[ValueCid] | None
    cost_mana: int | None
    order: DescriptionOrder | None
    happenings: list[DescriptionHappeningsItem]
    effects_told: list[str]

class Why(TypedDict):
    why: list[str]

class Logs(TypedDict):
    job_id: ValueCid
    log: str

class Output(TypedDict):
    job_id: ValueCid
    output_cid: ValueCid
    bytes: int

class Cancel(TypedDict):
    job_id: ValueCid
    cancelled: Literal["released", "stopping"]

class EventPageRowsItem(TypedDict):
    id: str
    topic: Literal["jobs", "receipts", "proposals", "parameters", "gap"]
    kind: str
    time: ValueTime
    job_id: ValueCid | None
    outcome: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped", "refused", "infrastructure", "cancelled", "expired"] | None
    receipt: ValueCid | None
    proposal: ValueCid | None
    position: int | None
    parameter: str | None
    value: str | None
    text: str

class EventPage(TypedDict):
    rows: list[EventPageRowsItem]
    next: str

class ReceiptOutcome(TypedDict):
    kind: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped"]
    code: int

class Receipt(TypedDict):
    job: ValueCid
    fuel: int
    order: ValueCid
    output: ValueCid | None
    effects: ValueCid
    outcome: ReceiptOutcome
    transcript: ValueCid
    memory_pages: int
    receipt: ValueCid
    body: ValueCid
    executor: ValueDid
    signature: str
    anchor: ValueCid | None

class VerificationChecksItem(TypedDict):
    what: str
    detail: str

class Verification(TypedDict):
    receipt: ValueCid
    anchor: ValueCid
    verified: Literal[True]
    checks: list[VerificationChecksItem]

class ReplayExpectedOutcome(TypedDict):
    kind: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped"]
    code: int

class ReplayExpected(TypedDict):
    job: ValueCid
    fuel: int
    order: ValueCid
    output: ValueCid | None
    effects: ValueCid
    outcome: ReplayExpectedOutcome
    transcript: ValueCid
    memory_pages: int

class ReplayGotOutcome(TypedDict):
    kind: Literal["ok", "nonzero_exit", "trap", "out_of_fuel", "stack_overflow", "stopped"]
    code: int

class ReplayGot(TypedDict):
    job: ValueCid
    fuel: int
    order: ValueCid
    output: ValueCid | None
    effects: ValueCid
    outcome: ReplayGotOutcome
    transcript: ValueCid
    memory_pages: int

class Replay(TypedDict):
    receipt: ValueCid
    verdict: Literal["match", "differs", "missing_data", "unknown_profile"]
    field: str | None
    call_index: int | None
    detail: str
    expected: ReplayExpected | None
    got: ReplayGot | None

class Balance(TypedDict):
    did: ValueDid
    available_umana: ValueUmana
    reserved_umana: ValueUmana
    posted_umana: ValueUmana
    due_umana: ValueUmana
    reputation_micro_points: str

class HistoryTransfersItem(TypedDict):
    sequence: int
    time: ValueTime
    id: str
    code: str
    phase: Literal["single", "pending", "post", "void"]
    debit: ValueAccount
    credit: ValueAccount
    amount_umana: ValueUmana

class History(TypedDict):
    did: ValueDid
    transfers: list[HistoryTransfersItem]
    next_from: int | None

class StatementRowsItem(TypedDict):
    time: ValueTime
    what: str
    job: ValueCid | None
    program: str | None
    amount_umana: str
    balance_umana: ValueUmana

class Statement(TypedDict):
    did: ValueDid
    rows: list[StatementRowsItem]
    balance_umana: ValueUmana
    next_before: str | None

class Audit(TypedDict):
    balanced: Literal[True]
    transfers: int
    accounts: int
    issued_umana: ValueUmana
    member_held_umana: ValueUmana
    reserved_umana: ValueUmana
    treasury_umana: ValueUmana
    fees_umana: ValueUmana
    escrow_umana: ValueUmana
    slashed_umana: ValueUmana
    open_reserves: int
    state_hash: str

class ReputationHistoryRowsItem(TypedDict):
    number: int
    time: ValueTime
    reason: Literal["executed", "submitted", "fault", "decay"]
    change_micro_points: str
    micro_points: str
    receipt: ValueCid | None
    job: ValueCid | None
    other: ValueDid | None

class ReputationHistory(TypedDict):
    did: ValueDid
    micro_points: str
    rows: list[ReputationHistoryRowsItem]
    next_before: int | None

class CoopPeersItem(TypedDict):
    scope: ValueCid
    rate_ppm: int
    credit_umana: ValueUmana
    since: int

class Coop(TypedDict):
    scope: ValueCid
    name: str
    clerk: ValueDid
    node: ValueDid
    is_clerk: bool
    members: int
    suspended: int
    position: int
    head: ValueCid
    grant_umana: ValueUmana
    endowment_umana: ValueUmana
    treasury_umana: ValueUmana
    version: str | None
    peers: list[CoopPeersItem]

class MemberListMembersItem(TypedDict):
    did: ValueDid
    home: ValueDid
    status: Literal["active", "suspended", "removed", "resigned"]
    since: int

class MemberList(TypedDict):
    members: list[MemberListMembersItem]
    next_after: ValueDid | None

class Application(TypedDict):
    scope: ValueCid
    did: ValueDid
    home: ValueDid
    record: str
    file: str | None

class Resigned(TypedDict):
    did: ValueDid
    position: int

class ProposalMade(TypedDict):
    proposal: ValueCid
    state: Literal["sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"]
    opens: ValueTime | None
    closes: ValueTime | None

class ProposalListProposalsItemVotes(TypedDict):
    yes: int
    no: int
    abstain: int

class ProposalListProposalsItemEffectsItem(TypedDict):
    index: int
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    subject: str | None
    value: str | None

class ProposalListProposalsItem(TypedDict):
    proposal: ValueCid
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    state: Literal["sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"]
    outcome: Literal["accepted", "quorum_not_met", "threshold_not_met"] | None
    title: str
    text: ValueCid | None
    proposer: ValueDid
    sponsors: int
    electorate: int
    votes: ProposalListProposalsItemVotes
    quorum: int
    threshold_ppm: int
    opens: ValueTime | None
    closes: ValueTime | None
    executes: ValueTime | None
    effects: list[ProposalListProposalsItemEffectsItem]

class ProposalList(TypedDict):
    proposals: list[ProposalListProposalsItem]
    next_before: int | None

class ProposalVotes(TypedDict):
    yes: int
    no: int
    abstain: int

class ProposalEffectsItem(TypedDict):
    index: int
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    subject: str | None
    value: str | None

class Proposal(TypedDict):
    proposal: ValueCid
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    state: Literal["sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"]
    outcome: Literal["accepted", "quorum_not_met", "threshold_not_met"] | None
    title: str
    text: ValueCid | None
    proposer: ValueDid
    sponsors: int
    electorate: int
    votes: ProposalVotes
    quorum: int
    threshold_ppm: int
    opens: ValueTime | None
    closes: ValueTime | None
    executes: ValueTime | None
    effects: list[ProposalEffectsItem]

class TallyVotes(TypedDict):
    yes: int
    no: int
    abstain: int

class Tally(TypedDict):
    proposal: ValueCid
    state: Literal["sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"]
    electorate: int
    votes: TallyVotes
    quorum: int
    quorum_met: bool
    threshold_ppm: int
    threshold_met: bool

class DryRunParametersItem(TypedDict):
    name: str
    before: str
    after: str

class DryRunMembersItem(TypedDict):
    did: ValueDid
    before: Literal["active", "suspended", "removed", "resigned"] | None
    after: Literal["active", "suspended", "removed", "resigned"]

class DryRunBalancesItem(TypedDict):
    account: str
    before_umana: ValueUmana
    after_umana: ValueUmana

class DryRunPeersItem(TypedDict):
    scope: ValueCid
    before_rate_ppm: int | None
    before_credit_umana: ValueUmana | None
    after_rate_ppm: int
    after_credit_umana: ValueUmana

class DryRunKeysItem(TypedDict):
    did: ValueDid
    before: ValueDid
    after: ValueDid

class DryRunChargesItem(TypedDict):
    receipt: ValueCid
    before_umana: ValueUmana
    after_umana: ValueUmana | None

class DryRun(TypedDict):
    proposal: ValueCid
    object: ValueCid
    record: str
    position: int
    parameters: list[DryRunParametersItem]
    members: list[DryRunMembersItem]
    balances: list[DryRunBalancesItem]
    peers: list[DryRunPeersItem]
    keys: list[DryRunKeysItem]
    clerk: ValueDid | None
    version: str | None
    charges: list[DryRunChargesItem]
    charged_before_umana: ValueUmana
    charged_after_umana: ValueUmana
    refused: str | None

class Delegation(TypedDict):
    delegator: ValueDid
    delegate: ValueDid
    topic: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"] | None
    until: ValueTime | None
    revoked: bool

class DelegationsRevokedDelegationsItem(TypedDict):
    delegator: ValueDid
    delegate: ValueDid
    topic: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"] | None
    until: ValueTime | None
    revoked: bool

class DelegationsRevoked(TypedDict):
    delegations: list[DelegationsRevokedDelegationsItem]

class VotePreview(TypedDict):
    did: ValueDid
    topic: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    path: list[ValueDid]
    casts: ValueDid
    choice: Literal["yes", "no", "abstain"] | None

class ScopeLogRowsItem(TypedDict):
    position: int
    time: ValueTime
    kind: str
    entry: ValueCid
    proposal: ValueCid | None
    author: ValueDid | None
    order: ValueCid | None
    receipt: ValueCid | None
    text: str

class ScopeLog(TypedDict):
    rows: list[ScopeLogRowsItem]
    next_from: int | None

class LogCheck(TypedDict):
    verified: Literal[True]
    scope: ValueCid
    clerk: ValueDid
    entries: int
    head: ValueCid
    state_hash: str

class Trust(TypedDict):
    truster: ValueDid
    trustee: ValueDid
    context: str
    level: Literal["none", "basic", "partial", "full"]
    until: ValueTime | None
    in_force: bool

class TrustChallenge(TypedDict):
    challenger: ValueDid
    trustee: ValueDid
    context: str
    reason: str
    open: bool

class TrustRule(TypedDict):
    context: str
    level_min: Literal["none", "basic", "partial", "full"]
    depth_max: int
    members_only: bool
    bridges: bool
    clerk: ValueDid

class TrustBridge(TypedDict):
    scope: ValueCid
    gate: ValueDid
    context: str
    level: Literal["none", "basic", "partial", "full"]
    decay_ppm: int
    depth_max: int
    until: NotRequired[ValueTime]
    clerk: ValueDid

class TrustListStatementsItem(TypedDict):
    truster: ValueDid
    trustee: ValueDid
    context: str
    level: Literal["none", "basic", "partial", "full"]
    until: ValueTime | None
    in_force: bool

class TrustListChallengesItem(TypedDict):
    challenger: ValueDid
    trustee: ValueDid
    context: str
    reason: str
    open: bool

class TrustListRulesItem(TypedDict):
    context: str
    level_min: Literal["none", "basic", "partial", "full"]
    depth_max: int
    members_only: bool
    bridges: bool
    clerk: ValueDid

class TrustListBridgesItem(TypedDict):
    scope: ValueCid
    gate: ValueDid
    context: str
    level: Literal["none", "basic", "partial", "full"]
    decay_ppm: int
    depth_max: int
    until: NotRequired[ValueTime]
    clerk: ValueDid

class TrustList(TypedDict):
    statements: list[TrustListStatementsItem]
    challenges: list[TrustListChallengesItem]
    rules: list[TrustListRulesItem]
    bridges: list[TrustListBridgesItem]
    complete: bool
    next: str | None

class TrustExplanation(TypedDict):
    result: Literal["allowed", "denied"]
    path: list[ValueDid]
    rule: str
    level: Literal["none", "basic", "partial", "full"]
    level_min: Literal["none", "basic", "partial", "full"]
    strength_ppm: int
    bridge: ValueCid | None
    why: str

class ParameterListRowsItem(TypedDict):
    name: str
    type: Literal["whole_number", "dids", "cids"]
    value: int
    entries: list[str]
    default: int
    min: int
    max: int
    unit: str
    text: str

class ParameterList(TypedDict):
    rows: list[ParameterListRowsItem]

class Parameter(TypedDict):
    name: str
    type: Literal["whole_number", "dids", "cids"]
    value: int
    entries: list[str]
    default: int
    min: int
    max: int
    unit: str
    text: str

class ParameterExplanation(TypedDict):
    name: str
    type: Literal["whole_number", "dids", "cids"]
    value: int
    entries: list[str]
    default: int
    min: int
    max: int
    unit: str
    text: str
    affects: str
    chosen_by: Literal["default", "genesis", "proposal"]
    proposal: ValueCid | None

class ParameterHistoryRowsItem(TypedDict):
    value: str
    position: int
    time: ValueTime | None
    proposal: ValueCid | None

class ParameterHistory(TypedDict):
    name: str
    type: Literal["whole_number", "dids", "cids"]
    rows: list[ParameterHistoryRowsItem]

class ManaProofPathItem(TypedDict):
    hash: str
    debits: str
    credits: str

class ManaProofRoot(TypedDict):
    hash: str
    debits: str
    credits: str

class ManaProofRotationsItem(TypedDict):
    key: ValueDid
    since: int
    consent: str
    signature: str

class ManaProof(TypedDict):
    proof: Literal["mana", "zk"]
    version: int
    did: ValueDid
    debits_umana: ValueUmana
    credits_umana: ValueUmana
    index: int
    path: list[ManaProofPathItem]
    accounts: int
    root: ManaProofRoot
    scope: ValueCid
    home: ValueDid
    sequence: int
    time: ValueTime
    previous: ValueCid | None
    rotations: NotRequired[list[ManaProofRotationsItem]]
    signature: str

class ProofVerifiedZk(TypedDict):
    statement: Literal["age_over", "membership", "reputation_at_least", "balance_in_range", "timestamp_within", "credential_not_revoked"]
    statement_version: int
    system: Literal["groth16", "bulletproofs"]
    issuer: ValueDid
    holder: ValueDid
    bounds: dict[str, str]
    challenge: str
    set_time: ValueTime | None
    keys: ValueCid | None
    development_keys: bool

class ProofVerified(TypedDict):
    proof: Literal["mana", "zk"]
    verified: Literal[True]
    did: NotRequired[ValueDid]
    balance_umana: NotRequired[ValueUmana]
    accounts: NotRequired[int]
    scope: NotRequired[ValueCid]
    home: NotRequired[ValueDid]
    sequence: NotRequired[int]
    time: NotRequired[ValueTime]
    root: NotRequired[ValueCid]
    previous: ValueCid | None
    zk: NotRequired[ProofVerifiedZk]

class ZkStatementsStatementsItem(TypedDict):
    statement: Literal["age_over", "membership", "reputation_at_least", "balance_in_range", "timestamp_within", "credential_not_revoked"]
    version: int
    text: str
    value: str
    min: str | None
    max: str | None
    systems: list[Literal["groth16", "bulletproofs"]]
    complexity: int
    fee_mana: int
    rows: int

class ZkStatements(TypedDict):
    statements: list[ZkStatementsStatementsItem]
    development_keys: ValueCid

class ZkWitness(TypedDict):
    statement: Literal["age_over", "membership", "reputation_at_least", "balance_in_range", "timestamp_within", "credential_not_revoked"]
    issuer: ValueDid
    holder: ValueDid
    commitment: str
    witness: dict[str, Any]

class KeyListKeysItem(TypedDict):
    name: str
    did: ValueDid
    member: bool
    default: bool
    key: ValueDid
    since: int
    file: str | None

class KeyList(TypedDict):
    keys: list[KeyListKeysItem]

class Key(TypedDict):
    name: str
    did: ValueDid
    member: bool
    default: bool
    key: ValueDid
    since: int
    file: str | None

class NewAccessKeyKey(TypedDict):
    name: str
    did: ValueDid
    role: Literal["read", "submit", "operate"]
    created: ValueTime
    until: ValueTime | None

class NewAccessKey(TypedDict):
    key: NewAccessKeyKey
    secret: str

class AccessListKeysItem(TypedDict):
    name: str
    did: ValueDid
    role: Literal["read", "submit", "operate"]
    created: ValueTime
    until: ValueTime | None

class AccessList(TypedDict):
    keys: list[AccessListKeysItem]

class AccessKey(TypedDict):
    name: str
    did: ValueDid
    role: Literal["read", "submit", "operate"]
    created: ValueTime
    until: ValueTime | None

class CredentialIssued(TypedDict):
    index: int
    id: str
    credential: str

class Presentation(TypedDict):
    presentation: str

Credential = TypedDict('Credential', {
    'form': "Literal[\"document\", \"selective\"]",
    'id': "str",
    'issuer': "str",
    'of_scope': "bool",
    'subject': "str",
    'types': "list[str]",
    'from': "ValueTime | None",
    'until': "ValueTime | None",
    'presented': "bool",
    'status': "Literal[\"valid\", \"unchecked\", \"none\"]",
    'claims': "dict[str, Any]",
})

class CredentialRevoked(TypedDict):
    index: int
    member: ValueDid

class StatusList(TypedDict):
    id: str
    issued: int
    revoked: int
    status_list: str

class DidDocument(TypedDict):
    document: dict[str, Any]

class DagPut(TypedDict):
    cid: ValueCid
    bytes: int
    blocks: int

class DagGet(TypedDict):
    cid: ValueCid
    bytes: int
    hex: str

class DagLsLinksItem(TypedDict):
    name: str
    cid: ValueCid
    size: int | None

class DagLs(TypedDict):
    cid: ValueCid
    codec: Literal["raw", "dag-pb", "dag-cbor"]
    bytes: int
    links: list[DagLsLinksItem]

class DagTreeNodesItem(TypedDict):
    depth: int
    name: str
    cid: ValueCid
    codec: Literal["raw", "dag-pb", "dag-cbor"]
    state: Literal["here", "above", "deeper", "missing", "corrupted"]

class DagTree(TypedDict):
    root: ValueCid
    nodes: list[DagTreeNodesItem]

class DagStat(TypedDict):
    blocks: int
    bytes: int
    store: str

class DagVerify(TypedDict):
    blocks: int
    bytes: int
    bad: list[str]

class DagPin(TypedDict):
    cid: ValueCid
    mode: Literal["direct", "recursive"]
    blocks: int
    until: ValueTime | None

class DagUnpinUnpinnedItem(TypedDict):
    kind: Literal["job", "lease", "member", "node"]
    holder: str
    mode: Literal["direct", "recursive"]
    made: ValueTime
    until: ValueTime | None
    roots: list[ValueCid]

class DagUnpin(TypedDict):
    unpinned: list[DagUnpinUnpinnedItem]

class DagPinsPinsItem(TypedDict):
    kind: Literal["job", "lease", "member", "node"]
    holder: str
    mode: Literal["direct", "recursive"]
    made: ValueTime
    until: ValueTime | None
    roots: list[ValueCid]

class DagPins(TypedDict):
    pins: list[DagPinsPinsItem]
    next_after: str | None

class DagGcPins(TypedDict):
    job: int
    lease: int
    member: int
    node: int

class DagGcCausesItem(TypedDict):
    why: str
    blocks: int
    bytes: int

class DagGcListedItem(TypedDict):
    cid: ValueCid
    bytes: int
    why: str

class DagGc(TypedDict):
    dry_run: bool
    pins: DagGcPins
    ended_pins: int
    reset_pins: int
    kept_blocks: int
    kept_bytes: int
    removed_blocks: int
    removed_bytes: int
    missing_blocks: int
    opaque_blocks: int
    causes: list[DagGcCausesItem]
    listed: list[DagGcListedItem]
    quota_bytes: int
    open_to_new_bytes: int

class DagExport(TypedDict):
    roots: list[ValueCid]
    car_version: int
    blocks: int
    bytes: int
    file: str | None

class DagImport(TypedDict):
    roots: list[ValueCid]
    car_version: int
    blocks: int
    bytes: int

class Cid(TypedDict):
    cid: ValueCid
    codec: Literal["raw", "dag-cbor", "unixfs"]
    bytes: int

class StoreBackendsItem(TypedDict):
    port: Literal["state_store", "dag_store"]
    name: str
    grade: Literal["test", "development", "production"]
    doc: str
    available: bool
    absent_because: str | None

class StoreHashRestored(TypedDict):
    backup_made: ValueTime
    restored: ValueTime

class StoreHash(TypedDict):
    state_hash: str
    pairs: int
    blocks: int
    incarnation: int
    restored: StoreHashRestored | None

class Backup(TypedDict):
    backup: str
    made: ValueTime
    node: ValueDid
    member: ValueDid
    state_hash: str
    pairs: int
    blocks: int
    bytes: int
    keys: list[str]
    damaged: list[ValueCid]

class AbiItemArgumentsItem(TypedDict):
    name: str
    kind: Literal["i32", "u32", "i64", "u64", "text", "bytes", "buffer", "cell", "iovecs", "address"]

class AbiItem(TypedDict):
    index: int
    module: str
    name: str
    params: list[Literal["i32", "i64"]]
    results: list[Literal["i32", "i64"]]
    fuel: int
    fuel_per_byte: int
    fuel_per_item: int
    capability: Literal["none", "spend", "treasury", "submit", "govern", "anchor", "zk", "checkpoint"]
    doc: str
    arguments: list[AbiItemArgumentsItem]
    answer: Literal["number", "result_register", "errno", "never"]
    request: dict[str, Any] | None
    response: dict[str, Any] | None

class Version(TypedDict):
    version: str
    profile: ValueCid

class NodeStatusReadinessDependenciesItem(TypedDict):
    name: str
    ready: bool
    problem: str | None

class NodeStatusReadiness(TypedDict):
    ready: bool
    dependencies: list[NodeStatusReadinessDependenciesItem]

class NodeStatus(TypedDict):
    owner: str
    phase: Literal["serving", "stopping"]
    environment: str
    version: str
    started: ValueTime
    scope: ValueCid
    node: ValueDid
    jobs_running: int
    jobs_waiting: int
    dag_bytes: int
    dag_quota_bytes: int
    log_entries: int
    obligations: int
    overdue: int
    readiness: NodeStatusReadiness

class ObligationsObligationsItem(TypedDict):
    kind: Literal["job", "proposal", "mana"]
    subject: str | None
    state: str
    step: str
    owner: str
    due: ValueTime
    overdue: bool

class Obligations(TypedDict):
    obligations: list[ObligationsObligationsItem]
    total: int
    overdue: int

class ReadinessDependenciesItem(TypedDict):
    name: str
    ready: bool
    problem: str | None

class Readiness(TypedDict):
    ready: bool
    dependencies: list[ReadinessDependenciesItem]

class Metrics(TypedDict):
    text: str

class ConfigurationSettingsItem(TypedDict):
    key: str
    value: str
    source: str
    by: str | None
    live: bool

class Configuration(TypedDict):
    settings: list[ConfigurationSettingsItem]

class Reload(TypedDict):
    changes: list[str]

class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: Literal["internal", "invalid_argument", "invalid_format", "invalid_module", "limit_exceeded", "not_found", "already_exists", "conflict", "permission_denied", "not_declared", "insufficient_mana", "price_too_low", "budget_exceeded", "expired", "invalid_state", "invalid_signature", "unsupported", "unsupported_version", "unknown_profile", "missing_data", "corrupted", "storage", "busy", "infrastructure", "cancelled", "production_error", "guest_fault", "trap", "out_of_fuel", "stack_overflow", "stopped", "replay_differs", "unbalanced", "wrong_passphrase"]
    rule: NotRequired[str]
    subject: NotRequired[str]

class GatewayRequest(TypedDict):
    cid: str
    format: NotRequired[Literal["raw", "car"]]

class JobRunRequestLimits(TypedDict):
    max_execution_time_secs: NotRequired[int]
    max_memory_pages: NotRequired[int]
    max_fuel: NotRequired[int]
    max_stack_depth: NotRequired[int]
    max_globals: NotRequired[int]
    max_functions: NotRequired[int]
    max_tables: NotRequired[int]
    max_table_size: NotRequired[int]
    max_module_bytes: NotRequired[int]
    max_function_bytes: NotRequired[int]
    max_input_bytes: NotRequired[int]
    max_output_bytes: NotRequired[int]
    max_log_bytes: NotRequired[int]
    max_effects: NotRequired[int]
    max_observations: NotRequired[int]

class JobRunRequest(TypedDict):
    module: str
    inputs: NotRequired[list[str]]
    entry: NotRequired[str]
    args: NotRequired[list[str]]
    limits: NotRequired[JobRunRequestLimits]
    reads: NotRequired[list[ValueReadKey]]
    grants: NotRequired[list[Literal["spend", "treasury", "submit", "govern", "anchor", "zk", "checkpoint"]]]
    spend_max: NotRequired[int]
    effects: NotRequired[Literal["all_or_none", "independent"]]
    trust_scope: NotRequired[str]
    cost_mana: NotRequired[int]
    nonce: NotRequired[str]
    program: NotRequired[str]

class JobSubmitRequestLimits(TypedDict):
    max_execution_time_secs: NotRequired[int]
    max_memory_pages: NotRequired[int]
    max_fuel: NotRequired[int]
    max_stack_depth: NotRequired[int]
    max_globals: NotRequired[int]
    max_functions: NotRequired[int]
    max_tables: NotRequired[int]
    max_table_size: NotRequired[int]
    max_module_bytes: NotRequired[int]
    max_function_bytes: NotRequired[int]
    max_input_bytes: NotRequired[int]
    max_output_bytes: NotRequired[int]
    max_log_bytes: NotRequired[int]
    max_effects: NotRequired[int]
    max_observations: NotRequired[int]

class JobSubmitRequest(TypedDict):
    module: str
    inputs: NotRequired[list[str]]
    entry: NotRequired[str]
    args: NotRequired[list[str]]
    limits: NotRequired[JobSubmitRequestLimits]
    reads: NotRequired[list[ValueReadKey]]
    grants: NotRequired[list[Literal["spend", "treasury", "submit", "govern", "anchor", "zk", "checkpoint"]]]
    spend_max: NotRequired[int]
    effects: NotRequired[Literal["all_or_none", "independent"]]
    trust_scope: NotRequired[str]
    cost_mana: NotRequired[int]
    nonce: NotRequired[str]
    program: NotRequired[str]

class JobListRequest(TypedDict):
    phase: NotRequired[Literal["submitted", "bidding", "assigned", "executing", "delivered", "settled", "completed", "failed", "cancelled", "expired"]]
    before: NotRequired[int]
    count: NotRequired[int]

class JobSimulateRequestLimits(TypedDict):
    max_execution_time_secs: NotRequired[int]
    max_memory_pages: NotRequired[int]
    max_fuel: NotRequired[int]
    max_stack_depth: NotRequired[int]
    max_globals: NotRequired[int]
    max_functions: NotRequired[int]
    max_tables: NotRequired[int]
    max_table_size: NotRequired[int]
    max_module_bytes: NotRequired[int]
    max_function_bytes: NotRequired[int]
    max_input_bytes: NotRequired[int]
    max_output_bytes: NotRequired[int]
    max_log_bytes: NotRequired[int]
    max_effects: NotRequired[int]
    max_observations: NotRequired[int]

class JobSimulateRequest(TypedDict):
    module: str
    inputs: NotRequired[list[str]]
    entry: NotRequired[str]
    args: NotRequired[list[str]]
    limits: NotRequired[JobSimulateRequestLimits]
    reads: NotRequired[list[ValueReadKey]]
    grants: NotRequired[list[Literal["spend", "treasury", "submit", "govern", "anchor", "zk", "checkpoint"]]]
    spend_max: NotRequired[int]
    effects: NotRequired[Literal["all_or_none", "independent"]]
    trust_scope: NotRequired[str]
    cost_mana: NotRequired[int]
    nonce: NotRequired[str]
    program: NotRequired[str]

class JobWaitRequest(TypedDict):
    job: str

class JobRerunRequest(TypedDict):
    job: str

class JobDescribeRequest(TypedDict):
    job: str

class JobWhyRequest(TypedDict):
    job: str

class JobLogsRequest(TypedDict):
    job: str
    follow: NotRequired[bool]

class JobOutputRequest(TypedDict):
    job: str

class JobCancelRequest(TypedDict):
    job: str

class EventFollowRequest(TypedDict):
    topics: NotRequired[str]
    job: NotRequired[ValueCid]
    since: NotRequired[str]

class ReceiptShowRequest(TypedDict):
    receipt: str

class ReceiptVerifyRequest(TypedDict):
    receipt: str

class ReceiptReplayRequest(TypedDict):
    receipt: str

class ManaBalanceRequest(TypedDict):
    did: NotRequired[ValueDid]

ManaHistoryRequest = TypedDict('ManaHistoryRequest', {
    'did': "NotRequired[ValueDid]",
    'from': "NotRequired[int]",
    'count': "NotRequired[int]",
})

class ManaStatementRequest(TypedDict):
    did: NotRequired[ValueDid]
    at: NotRequired[ValueTime]
    before: NotRequired[str]
    count: NotRequired[int]

class RepHistoryRequest(TypedDict):
    did: NotRequired[ValueDid]
    before: NotRequired[int]
    count: NotRequired[int]

class CoopMembersRequest(TypedDict):
    after: NotRequired[ValueDid]
    status: NotRequired[Literal["active", "suspended", "removed", "resigned"]]
    count: NotRequired[int]

class CoopApplyRequest(TypedDict):
    scope: NotRequired[ValueCid]
    home: NotRequired[ValueDid]

class GovProposeRequestActionsItem(TypedDict):
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    values: NotRequired[dict[str, str]]
    member: NotRequired[str]
    record: NotRequired[str]
    amount_umana: NotRequired[ValueUmana]
    version: NotRequired[str]
    scope: NotRequired[ValueCid]
    rate_ppm: NotRequired[int]
    credit_umana: NotRequired[ValueUmana]
    key: NotRequired[str]

class GovProposeRequest(TypedDict):
    kind: Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]
    values: NotRequired[dict[str, str]]
    member: NotRequired[str]
    record: NotRequired[str]
    amount_umana: NotRequired[ValueUmana]
    version: NotRequired[str]
    scope: NotRequired[ValueCid]
    rate_ppm: NotRequired[int]
    credit_umana: NotRequired[ValueUmana]
    key: NotRequired[str]
    actions: NotRequired[list[GovProposeRequestActionsItem]]
    title: NotRequired[str]
    text: NotRequired[str]
    voting_s: NotRequired[int]
    timelock_s: NotRequired[int]
    quorum: NotRequired[str]
    threshold_ppm: NotRequired[int]

class GovListRequest(TypedDict):
    state: NotRequired[Literal["sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"]]
    count: NotRequired[int]
    before: NotRequired[int]

class GovShowRequest(TypedDict):
    proposal: str

class GovCancelRequest(TypedDict):
    proposal: str

class GovSponsorRequest(TypedDict):
    proposal: str

class GovVoteRequest(TypedDict):
    proposal: str
    choice: Literal["yes", "no", "abstain"]

class GovExecuteRequest(TypedDict):
    proposal: str

class GovTallyRequest(TypedDict):
    proposal: str

class GovDryRunRequest(TypedDict):
    proposal: str
    record: NotRequired[str]

class GovDelegateRequest(TypedDict):
    delegate: str
    topic: NotRequired[Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]]
    until: NotRequired[ValueTime]

class GovRevokeRequest(TypedDict):
    delegate: str

class GovPreviewRequest(TypedDict):
    proposal: NotRequired[str]
    topic: NotRequired[Literal["set", "admit", "suspend", "remove", "budget", "resolution", "clerk", "upgrade", "federate", "key", "batch"]]
    did: NotRequired[ValueDid]

GovLogRequest = TypedDict('GovLogRequest', {
    'from': "NotRequired[int]",
    'count': "NotRequired[int]",
})

class TrustGrantRequest(TypedDict):
    trustee: str
    context: str
    level: Literal["none", "basic", "partial", "full"]
    until: NotRequired[ValueTime]

class TrustRevokeRequest(TypedDict):
    trustee: str
    context: str

class TrustListRequest(TypedDict):
    did: NotRequired[str]
    context: NotRequired[str]
    count: NotRequired[int]
    after: NotRequired[str]

class TrustChallengeRequest(TypedDict):
    trustee: str
    context: str
    reason: NotRequired[str]
    withdraw: NotRequired[bool]

class TrustRuleRequest(TypedDict):
    context: str
    level_min: NotRequired[Literal["none", "basic", "partial", "full"]]
    depth_max: NotRequired[int]
    members_only: NotRequired[bool]
    bridges: NotRequired[bool]

class TrustBridgeRequest(TypedDict):
    scope: ValueCid
    gate: ValueDid
    context: str
    level: Literal["none", "basic", "partial", "full"]
    decay_ppm: NotRequired[int]
    depth_max: NotRequired[int]
    until: NotRequired[ValueTime]

class TrustExplainRequest(TypedDict):
    creator: str
    executor: str
    context: str

class ParamGetRequest(TypedDict):
    name: str

class ParamExplainRequest(TypedDict):
    name: str

class ParamHistoryRequest(TypedDict):
    name: str

class ManaProofRequest(TypedDict):
    did: NotRequired[ValueDid]
    anchored: NotRequired[bool]

class ProofVerifyRequest(TypedDict):
    challenge: NotRequired[str]
    keys: NotRequired[str]
    development_keys: NotRequired[bool]

class ZkAttestRequest(TypedDict):
    statement: Literal["age_over", "membership", "reputation_at_least", "balance_in_range", "timestamp_within", "credential_not_revoked"]
    holder: ValueDid
    value: str
    min: NotRequired[str]
    max: NotRequired[str]
    set: NotRequired[list[str]]

class KeyNewRequest(TypedDict):
    name: str
    pkcs11: NotRequired[str]

class KeyShowRequest(TypedDict):
    name: str

class KeyRotateRequest(TypedDict):
    name: str
    pkcs11: NotRequired[str]

class AccessNewRequest(TypedDict):
    name: str
    role: NotRequired[Literal["read", "submit", "operate"]]
    until: NotRequired[ValueTime]

class AccessRevokeRequest(TypedDict):
    name: str

class CredentialIssueRequest(TypedDict):
    member: str
    until: NotRequired[ValueTime]
    form: NotRequired[Literal["document", "selective"]]

class CredentialPresentRequest(TypedDict):
    credential: str
    audience: str
    challenge: str
    disclose: NotRequired[list[str]]

class CredentialVerifyRequest(TypedDict):
    credential: str
    audience: NotRequired[str]
    challenge: NotRequired[str]
    status_list: NotRequired[str]

class CredentialRevokeRequest(TypedDict):
    index: int

class DidResolveRequest(TypedDict):
    did: str

class DagGetFolderRequest(TypedDict):
    cid: str
    path: NotRequired[str]
    bytes_max: NotRequired[int]

DagGetRequest = TypedDict('DagGetRequest', {
    'cid': "str",
    'as': "NotRequired[Literal[\"raw\", \"dag-json\"]]",
    'path': "NotRequired[str]",
})

class DagCatRequest(TypedDict):
    cid: str
    path: NotRequired[str]

class DagLsRequest(TypedDict):
    cid: str
    path: NotRequired[str]

class DagTreeRequest(TypedDict):
    cid: str
    depth: NotRequired[int]

class DagVerifyRequest(TypedDict):
    cid: NotRequired[str]

class DagPinRequest(TypedDict):
    cid: str
    recursive: NotRequired[bool]
    ttl_s: NotRequired[int]

class DagUnpinRequest(TypedDict):
    name: str

class DagPinsRequest(TypedDict):
    after: NotRequired[str]
    count: NotRequired[int]

class DagGcRequest(TypedDict):
    dry_run: NotRequired[bool]
    count: NotRequired[int]
    reset_times: NotRequired[bool]

class DagExportRequest(TypedDict):
    roots: list[str]
    car_version: NotRequired[int]

class DagCidRequest(TypedDict):
    codec: NotRequired[Literal["raw", "dag-cbor", "unixfs"]]

class StoreBackupRequest(TypedDict):
    destination: str

class NodeAbiRequest(TypedDict):
    form: NotRequired[Literal["json", "md", "c", "rust"]]

class NodeObligationsRequest(TypedDict):
    count: NotRequired[int]

ValueReadKey: TypeAlias = str
ValueCid: TypeAlias = str
ValueDid: TypeAlias = str
ValueUmana: TypeAlias = str
ValueTime: TypeAlias = str
ValueAccount: TypeAlias = str
StoreBackends: TypeAlias = "list[StoreBackendsItem]"
Abi: TypeAlias = "list[AbiItem]"


class Client:
    """One method for each operation; those that end in _bytes yield a stream."""

    def __init__(self, url: str, key: str | None = None, timeout_s: float = 60):
        self.transport = Transport(url, key, timeout_s)

    def health(self) -> Any:
        """Whether the process answers."""
        return self.transport.json(('GET', '/health', [], [], False), None)

    def openapi(self) -> Any:
        """This description."""
        return self.transport.json(('GET', '/v1/openapi.json', [], [], False), None)

    def gateway_bytes(self, request: GatewayRequest) -> Iterator[bytes]:
        """A block (raw) or everything below it (car), for clients that verify it themselves; else a file."""
        return self.transport.bytes(('GET', '/ipfs/{cid}', ['cid'], ['format'], False), request)

    def job_run(self, request: JobRunRequest) -> Job:
        """Accepts a job of the node's member and runs it to completion."""
        return self.transport.json(('POST', '/v1/jobs/run', [], [], True), request)

    def job_run_bytes(self, request: JobRunRequest) -> Iterator[bytes]:
        """Accepts a job of the node's member and runs it to completion."""
        return self.transport.bytes(('POST', '/v1/jobs/run', [], [], True), request)

    def job_submit(self, request: JobSubmitRequest) -> Job:
        """Accepts a job of the node's member, which then waits."""
        return self.transport.json(('POST', '/v1/jobs', [], [], True), request)

    def job_list(self, request: JobListRequest | None = None) -> JobList:
        """Jobs of this node, newest first."""
        return self.transport.json(('GET', '/v1/jobs', [], ['phase', 'before', 'count'], False), request)

    def job_simulate(self, request: JobSimulateRequest) -> Simulation:
        """Runs a program under an unsigned order and charges nothing; its work counts against the window of refused work."""
        return self.transport.json(('POST', '/v1/jobs/simulation', [], [], True), request)

    def job_wait(self, request: JobWaitRequest) -> Job:
        """Runs an accepted job to completion, or reports its result."""
        return self.transport.json(('POST', '/v1/jobs/{job}/wait', ['job'], [], True), request)

    def job_wait_bytes(self, request: JobWaitRequest) -> Iterator[bytes]:
        """Runs an accepted job to completion, or reports its result."""
        return self.transport.bytes(('POST', '/v1/jobs/{job}/wait', ['job'], [], True), request)

    def job_work(self) -> Work:
        """Runs every waiting job."""
        return self.transport.json(('POST', '/v1/jobs/work', [], [], True), None)

    def job_rerun(self, request: JobRerunRequest) -> Job:
        """Runs the same program on the same inputs as a new job."""
        return self.transport.json(('POST', '/v1/jobs/{job}/rerun', ['job'], [], True), request)

    def job_rerun_bytes(self, request: JobRerunRequest) -> Iterator[bytes]:
        """Runs the same program on the same inputs as a new job."""
        return self.transport.bytes(('POST', '/v1/jobs/{job}/rerun', ['job'], [], True), request)

    def job_describe(self, request: JobDescribeRequest) -> Description:
        """Everything about one job."""
        return self.transport.json(('GET', '/v1/jobs/{job}', ['job'], [], False), request)

    def job_why(self, request: JobWhyRequest) -> Why:
        """Why a job is in its state, in plain words."""
        return self.transport.json(('GET', '/v1/jobs/{job}/why', ['job'], [], False), request)

    def job_logs(self, request: JobLogsRequest) -> Logs:
        """The log of a job."""
        return self.transport.json(('GET', '/v1/jobs/{job}/log', ['job'], ['follow'], False), request)

    def job_logs_bytes(self, request: JobLogsRequest) -> Iterator[bytes]:
        """The log of a job."""
        return self.transport.bytes(('GET', '/v1/jobs/{job}/log', ['job'], ['follow'], False), request)

    def job_output(self, request: JobOutputRequest) -> Output:
        """The bytes of a job's output, verified against their CID."""
        return self.transport.json(('GET', '/v1/jobs/{job}/output', ['job'], [], False), request)

    def job_output_bytes(self, request: JobOutputRequest) -> Iterator[bytes]:
        """The bytes of a job's output, verified against their CID."""
        return self.transport.bytes(('GET', '/v1/jobs/{job}/output', ['job'], [], False), request)

    def job_cancel(self, request: JobCancelRequest) -> Cancel:
        """Cancels a job: releases its reserve or, if it runs, stops it and charges the fuel it used."""
        return self.transport.json(('POST', '/v1/jobs/{job}/cancel', ['job'], [], True), request)

    def event_follow(self, request: EventFollowRequest | None = None) -> EventPage:
        """Changes of jobs, receipts, proposals and parameters, as server-sent events."""
        return self.transport.json(('GET', '/v1/events', [], ['topics', 'job', 'since'], False), request)

    def event_follow_bytes(self, request: EventFollowRequest | None = None) -> Iterator[bytes]:
        """Changes of jobs, receipts, proposals and parameters, as server-sent events."""
        return self.transport.bytes(('GET', '/v1/events', [], ['topics', 'job', 'since'], False), request)

    def receipt_show(self, request: ReceiptShowRequest) -> Receipt:
        """A receipt and who signed it."""
        return self.transport.json(('GET', '/v1/receipts/{receipt}', ['receipt'], [], False), request)

    def receipt_verify(self, request: ReceiptVerifyRequest) -> Verification:
        """Checks every signature and link of a receipt."""
        return self.transport.json(('GET', '/v1/receipts/{receipt}/verification', ['receipt'], [], False), request)

    def receipt_replay(self, request: ReceiptReplayRequest) -> Replay:
        """Runs the job of a receipt again from its blocks and compares."""
        return self.transport.json(('POST', '/v1/receipts/{receipt}/replay', ['receipt'], [], True), request)

    def mana_balance(self, request: ManaBalanceRequest | None = None) -> Balance:
        """Balance and reputation of an account."""
        return self.transport.json(('GET', '/v1/mana/balance', [], ['did'], False), request)

    def mana_history(self, request: ManaHistoryRequest | None = None) -> History:
        """The transfers of an account, oldest first."""
        return self.transport.json(('GET', '/v1/mana/history', [], ['did', 'from', 'count'], False), request)

    def mana_statement(self, request: ManaStatementRequest | None = None) -> Statement:
        """The changes of an account, one row per job, with a running balance."""
        return self.transport.json(('GET', '/v1/mana/statement', [], ['did', 'at', 'before', 'count'], False), request)

    def mana_audit(self) -> Audit:
        """Recomputes every sum from the journal."""
        return self.transport.json(('POST', '/v1/mana/audit', [], [], True), None)

    def rep_history(self, request: RepHistoryRequest | None = None) -> ReputationHistory:
        """How a reputation came about, newest change first."""
        return self.transport.json(('GET', '/v1/reputation/history', [], ['did', 'before', 'count'], False), request)

    def coop_show(self) -> Coop:
        """The scope that the node serves."""
        return self.transport.json(('GET', '/v1/scope', [], [], False), None)

    def coop_members(self, request: CoopMembersRequest | None = None) -> MemberList:
        """Who is and was a member."""
        return self.transport.json(('GET', '/v1/scope/members', [], ['after', 'status', 'count'], False), request)

    def coop_apply(self, request: CoopApplyRequest | None = None) -> Application:
        """Signs the caller's application to join a scope; enters nothing."""
        return self.transport.json(('POST', '/v1/scope/applications', [], [], True), request)

    def coop_resign(self) -> Resigned:
        """The caller leaves the scope."""
        return self.transport.json(('POST', '/v1/scope/resignations', [], [], True), None)

    def gov_propose(self, request: GovProposeRequest) -> ProposalMade:
        """Proposes a decision of the members."""
        return self.transport.json(('POST', '/v1/proposals', [], [], True), request)

    def gov_list(self, request: GovListRequest | None = None) -> ProposalList:
        """Proposals, newest first."""
        return self.transport.json(('GET', '/v1/proposals', [], ['state', 'count', 'before'], False), request)

    def gov_show(self, request: GovShowRequest) -> Proposal:
        """Everything about one proposal."""
        return self.transport.json(('GET', '/v1/proposals/{proposal}', ['proposal'], [], False), request)

    def gov_cancel(self, request: GovCancelRequest) -> Proposal:
        """Withdraws a proposal of the caller's."""
        return self.transport.json(('DELETE', '/v1/proposals/{proposal}', ['proposal'], [], False), request)

    def gov_sponsor(self, request: GovSponsorRequest) -> Proposal:
        """Supports that a proposal is voted on."""
        return self.transport.json(('POST', '/v1/proposals/{proposal}/sponsors', ['proposal'], [], True), request)

    def gov_vote(self, request: GovVoteRequest) -> Proposal:
        """The caller's vote; a later one replaces it."""
        return self.transport.json(('POST', '/v1/proposals/{proposal}/votes', ['proposal'], [], True), request)

    def gov_execute(self, request: GovExecuteRequest) -> Proposal:
        """Does what is due of a proposal: counting, execution."""
        return self.transport.json(('POST', '/v1/proposals/{proposal}/execution', ['proposal'], [], True), request)

    def gov_tally(self, request: GovTallyRequest) -> Tally:
        """The votes on a proposal as they are."""
        return self.transport.json(('GET', '/v1/proposals/{proposal}/tally', ['proposal'], [], False), request)

    def gov_dry_run(self, request: GovDryRunRequest) -> DryRun:
        """Exactly what a proposal would change now; changes nothing."""
        return self.transport.json(('POST', '/v1/proposals/{proposal}/dry-run', ['proposal'], [], True), request)

    def gov_delegate(self, request: GovDelegateRequest) -> Delegation:
        """Lets another member vote for the caller."""
        return self.transport.json(('POST', '/v1/delegations', [], [], True), request)

    def gov_revoke(self, request: GovRevokeRequest) -> DelegationsRevoked:
        """Takes the caller's delegations to a member back."""
        return self.transport.json(('DELETE', '/v1/delegations/{delegate}', ['delegate'], [], False), request)

    def gov_preview(self, request: GovPreviewRequest | None = None) -> VotePreview:
        """Where a member's vote goes."""
        return self.transport.json(('GET', '/v1/delegations/preview', [], ['proposal', 'topic', 'did'], False), request)

    def gov_log(self, request: GovLogRequest | None = None) -> ScopeLog:
        """The scope's log, oldest entry first."""
        return self.transport.json(('GET', '/v1/scope/log', [], ['from', 'count'], False), request)

    def gov_verify_log(self) -> LogCheck:
        """Checks every signature, link and result of the scope's log."""
        return self.transport.json(('POST', '/v1/scope/log/verification', [], [], True), None)

    def trust_grant(self, request: TrustGrantRequest) -> Trust:
        """States that the caller trusts a DID in one context, and how far."""
        return self.transport.json(('POST', '/v1/trust', [], [], True), request)

    def trust_revoke(self, request: TrustRevokeRequest) -> Trust:
        """Takes back what the caller stated about a DID in one context."""
        return self.transport.json(('DELETE', '/v1/trust', [], ['trustee', 'context'], False), request)

    def trust_list(self, request: TrustListRequest | None = None) -> TrustList:
        """Whom members trust."""
        return self.transport.json(('GET', '/v1/trust', [], ['did', 'context', 'count', 'after'], False), request)

    def trust_challenge(self, request: TrustChallengeRequest) -> TrustChallenge:
        """Doubts that a DID should be trusted through others, or withdraws that."""
        return self.transport.json(('POST', '/v1/trust/challenges', [], [], True), request)

    def trust_rule(self, request: TrustRuleRequest) -> TrustRule:
        """Sets what a context demands beyond the scope's parameters."""
        return self.transport.json(('PUT', '/v1/trust/rules', [], [], True), request)

    def trust_bridge(self, request: TrustBridgeRequest) -> TrustBridge:
        """Opens or closes a bridge to another scope."""
        return self.transport.json(('PUT', '/v1/trust/bridges', [], [], True), request)

    def trust_explain(self, request: TrustExplainRequest) -> TrustExplanation:
        """Whether one DID trusts another in a context, with the path and the rule that decided."""
        return self.transport.json(('GET', '/v1/trust/explanation', [], ['creator', 'executor', 'context'], False), request)

    def param_list(self) -> ParameterList:
        """What the scope has decided, parameter by parameter."""
        return self.transport.json(('GET', '/v1/parameters', [], [], False), None)

    def param_get(self, request: ParamGetRequest) -> Parameter:
        """One parameter."""
        return self.transport.json(('GET', '/v1/parameters/{name}', ['name'], [], False), request)

    def param_explain(self, request: ParamExplainRequest) -> ParameterExplanation:
        """What a parameter affects, and who chose its value."""
        return self.transport.json(('GET', '/v1/parameters/{name}/explanation', ['name'], [], False), request)

    def param_history(self, request: ParamHistoryRequest) -> ParameterHistory:
        """The values that a parameter had, and who chose them."""
        return self.transport.json(('GET', '/v1/parameters/{name}/history', ['name'], [], False), request)

    def mana_proof(self, request: ManaProofRequest | None = None) -> ManaProof:
        """Proves that an account is among all accounts of this home."""
        return self.transport.json(('GET', '/v1/mana/proof', [], ['did', 'anchored'], False), request)

    def proof_verify(self, body: Body, request: ProofVerifyRequest | None = None) -> ProofVerified:
        """Checks a proof; needs nothing but the proof."""
        return self.transport.json(('POST', '/v1/proofs/verification', [], ['challenge', 'keys', 'development_keys'], False), request, body)

    def zk_statements(self) -> ZkStatements:
        """What can be proven without showing it."""
        return self.transport.json(('GET', '/v1/zk/statements', [], [], False), None)

    def zk_attest(self, request: ZkAttestRequest) -> ZkWitness:
        """Attests a value to a holder, who can then prove statements about it."""
        return self.transport.json(('POST', '/v1/zk/attestations', [], [], True), request)

    def key_list(self) -> KeyList:
        """The member keys in the node's data folder."""
        return self.transport.json(('GET', '/v1/keys', [], [], False), None)

    def key_new(self, request: KeyNewRequest) -> Key:
        """Creates another member key in the data folder."""
        return self.transport.json(('POST', '/v1/keys', [], [], True), request)

    def key_show(self, request: KeyShowRequest) -> Key:
        """A member key."""
        return self.transport.json(('GET', '/v1/keys/{name}', ['name'], [], False), request)

    def key_rotate(self, request: KeyRotateRequest) -> Key:
        """Replaces the key that signs for a member or for the node."""
        return self.transport.json(('POST', '/v1/keys/rotation', [], [], True), request)

    def access_new(self, request: AccessNewRequest) -> NewAccessKey:
        """Creates an API key, which asks in the name of the node's member; its secret is shown once."""
        return self.transport.json(('POST', '/v1/access', [], [], True), request)

    def access_list(self) -> AccessList:
        """The API keys of the node."""
        return self.transport.json(('GET', '/v1/access', [], [], False), None)

    def access_revoke(self, request: AccessRevokeRequest) -> AccessKey:
        """Revokes an API key at once."""
        return self.transport.json(('DELETE', '/v1/access/{name}', ['name'], [], False), request)

    def credential_issue(self, request: CredentialIssueRequest) -> CredentialIssued:
        """Attests that a member belongs to the scope."""
        return self.transport.json(('POST', '/v1/credentials', [], [], True), request)

    def credential_present(self, request: CredentialPresentRequest) -> Presentation:
        """Shows a credential of the caller to one verifier."""
        return self.transport.json(('POST', '/v1/credentials/presentation', [], [], True), request)

    def credential_verify(self, request: CredentialVerifyRequest) -> Credential:
        """Verifies a credential or a presentation, its times and its status."""
        return self.transport.json(('POST', '/v1/credentials/verification', [], [], True), request)

    def credential_revoke(self, request: CredentialRevokeRequest) -> CredentialRevoked:
        """Takes a credential back."""
        return self.transport.json(('DELETE', '/v1/credentials/{index}', ['index'], [], False), request)

    def credential_status(self) -> StatusList:
        """The signed list of the credentials that are revoked."""
        return self.transport.json(('GET', '/v1/credentials/status', [], [], False), None)

    def did_resolve(self, request: DidResolveRequest) -> DidDocument:
        """The W3C document of a DID."""
        return self.transport.json(('GET', '/v1/dids/{did}', ['did'], [], False), request)

    def dag_put(self, body: Body) -> DagPut:
        """Stores a file and pins it for the caller."""
        return self.transport.json(('POST', '/v1/dag/files', [], [], False), None, body)

    def dag_put_folder(self, body: Body) -> DagPut:
        """Stores a folder, which arrives entry by entry, and pins it for the caller."""
        return self.transport.json(('POST', '/v1/dag/folders', [], [], False), None, body)

    def dag_get_folder(self, request: DagGetFolderRequest) -> DagGet:
        """Everything below a folder, entry by entry."""
        return self.transport.json(('GET', '/v1/dag/folders/{cid}', ['cid'], ['path', 'bytes_max'], False), request)

    def dag_get_folder_bytes(self, request: DagGetFolderRequest) -> Iterator[bytes]:
        """Everything below a folder, entry by entry."""
        return self.transport.bytes(('GET', '/v1/dag/folders/{cid}', ['cid'], ['path', 'bytes_max'], False), request)

    def dag_get(self, request: DagGetRequest) -> DagGet:
        """A block, or a file as a whole."""
        return self.transport.json(('GET', '/v1/dag/blocks/{cid}', ['cid'], ['as', 'path'], False), request)

    def dag_get_bytes(self, request: DagGetRequest) -> Iterator[bytes]:
        """A block, or a file as a whole."""
        return self.transport.bytes(('GET', '/v1/dag/blocks/{cid}', ['cid'], ['as', 'path'], False), request)

    def dag_cat(self, request: DagCatRequest) -> DagGet:
        """A file as a whole."""
        return self.transport.json(('GET', '/v1/dag/files/{cid}', ['cid'], ['path'], False), request)

    def dag_cat_bytes(self, request: DagCatRequest) -> Iterator[bytes]:
        """A file as a whole."""
        return self.transport.bytes(('GET', '/v1/dag/files/{cid}', ['cid'], ['path'], False), request)

    def dag_ls(self, request: DagLsRequest) -> DagLs:
        """The links of a block; the entries of a folder."""
        return self.transport.json(('GET', '/v1/dag/blocks/{cid}/links', ['cid'], ['path'], False), request)

    def dag_tree(self, request: DagTreeRequest) -> DagTree:
        """Everything below a block."""
        return self.transport.json(('GET', '/v1/dag/blocks/{cid}/tree', ['cid'], ['depth'], False), request)

    def dag_stat(self) -> DagStat:
        """The size of the store."""
        return self.transport.json(('GET', '/v1/dag', [], [], False), None)

    def dag_verify(self, request: DagVerifyRequest | None = None) -> DagVerify:
        """Reads blocks and compares each with its hash."""
        return self.transport.json(('POST', '/v1/dag/verification', [], [], True), request)

    def dag_pin(self, request: DagPinRequest) -> DagPin:
        """Pins a block, or everything below it, for the caller."""
        return self.transport.json(('POST', '/v1/dag/pins/{cid}', ['cid'], [], True), request)

    def dag_unpin(self, request: DagUnpinRequest) -> DagUnpin:
        """Releases the caller's pins of a block, or a job of the caller."""
        return self.transport.json(('DELETE', '/v1/dag/pins/{name}', ['name'], [], False), request)

    def dag_pins(self, request: DagPinsRequest | None = None) -> DagPins:
        """The pins, page by page."""
        return self.transport.json(('GET', '/v1/dag/pins', [], ['after', 'count'], False), request)

    def dag_gc(self, request: DagGcRequest | None = None) -> DagGc:
        """Removes the blocks that nothing holds."""
        return self.transport.json(('POST', '/v1/dag/collection', [], [], True), request)

    def dag_export(self, request: DagExportRequest) -> DagExport:
        """Writes everything below the roots as an archive."""
        return self.transport.json(('POST', '/v1/dag/archives/export', [], [], True), request)

    def dag_export_bytes(self, request: DagExportRequest) -> Iterator[bytes]:
        """Writes everything below the roots as an archive."""
        return self.transport.bytes(('POST', '/v1/dag/archives/export', [], [], True), request)

    def dag_import(self, body: Body) -> DagImport:
        """Stores the blocks of an archive and pins its roots for the caller."""
        return self.transport.json(('POST', '/v1/dag/archives', [], [], False), None, body)

    def dag_cid(self, body: Body, request: DagCidRequest | None = None) -> Cid:
        """Computes the CID of bytes; stores nothing."""
        return self.transport.json(('POST', '/v1/dag/cid', [], ['codec'], False), request, body)

    def store_backends(self) -> StoreBackends:
        """The kinds of stores that this build knows."""
        return self.transport.json(('GET', '/v1/stores/backends', [], [], False), None)

    def store_hash(self) -> StoreHash:
        """One hash over the whole logical state of the node."""
        return self.transport.json(('GET', '/v1/stores/hash', [], [], False), None)

    def store_backup(self, request: StoreBackupRequest) -> Backup:
        """Copies the whole node into a folder on its machine."""
        return self.transport.json(('POST', '/v1/stores/backup', [], [], True), request)

    def node_abi(self, request: NodeAbiRequest | None = None) -> Abi:
        """The host functions that a guest may call."""
        return self.transport.json(('GET', '/v1/abi', [], ['form'], False), request)

    def node_abi_bytes(self, request: NodeAbiRequest | None = None) -> Iterator[bytes]:
        """The host functions that a guest may call."""
        return self.transport.bytes(('GET', '/v1/abi', [], ['form'], False), request)

    def node_version(self) -> Version:
        """The version of the program and of its execution profile."""
        return self.transport.json(('GET', '/v1/version', [], [], False), None)

    def node_status(self) -> NodeStatus:
        """What the node is doing."""
        return self.transport.json(('GET', '/v1/node', [], [], False), None)

    def node_obligations(self, request: NodeObligationsRequest | None = None) -> Obligations:
        """What the node owes, and by when."""
        return self.transport.json(('GET', '/v1/node/obligations', [], ['count'], False), request)

    def node_ready(self) -> Readiness:
        """Whether the node can work now; an error names each thing that it cannot use, and why."""
        return self.transport.json(('GET', '/ready', [], [], False), None)

    def node_metrics(self) -> Metrics:
        """The metrics, for Prometheus."""
        return self.transport.json(('GET', '/metrics', [], [], False), None)

    def node_metrics_bytes(self) -> Iterator[bytes]:
        """The metrics, for Prometheus."""
        return self.transport.bytes(('GET', '/metrics', [], [], False), None)

    def node_configuration(self) -> Configuration:
        """Every key of the configuration with its value and source."""
        return self.transport.json(('GET', '/v1/node/configuration', [], [], False), None)

    def node_reload(self) -> Reload:
        """Reads the configuration again and applies all of its changes, or none."""
        return self.transport.json(('POST', '/v1/node/reload', [], [], True), None)
