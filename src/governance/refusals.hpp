// The rules by which governance refuses (Error::rule). Scripts and hints rely on these texts.
#pragma once
#include <string_view>

namespace icn::governance::rules {

// Who
inline constexpr std::string_view kNotAMember = "not_a_member";            // not an active member now
inline constexpr std::string_view kNotInElectorate = "not_in_electorate";  // not an active member when voting opened
inline constexpr std::string_view kNotProposer = "not_proposer";           // only the proposer may cancel
inline constexpr std::string_view kOwnProposal = "own_proposal";           // a proposer is not a sponsor
inline constexpr std::string_view kAlreadySponsor = "already_sponsor";
inline constexpr std::string_view kOtherMembership = "other_membership";  // a resignation from an earlier membership
inline constexpr std::string_view kJobHome = "job_home";  // a job by order of another node than the author's home
inline constexpr std::string_view kTreasuryDelegate = "treasury_delegates";
inline constexpr std::string_view kOwnCredit = "own_credit";  // a delegate of the treasury credits others only
// When
inline constexpr std::string_view kUnknownProposal = "unknown_proposal";
inline constexpr std::string_view kNotSponsored = "no_sponsors_wanted";  // it does not wait for sponsors
inline constexpr std::string_view kSponsorshipClosed = "sponsorship_closed";
inline constexpr std::string_view kVotingNotOpen = "voting_not_open";
inline constexpr std::string_view kVotingWasOpened = "voting_was_opened";
inline constexpr std::string_view kVotingClosed = "voting_closed";
inline constexpr std::string_view kVotingOpen = "voting_open";  // neither the deadline nor a fixed outcome
inline constexpr std::string_view kNotAccepted = "not_accepted";
inline constexpr std::string_view kTimelock = "timelock";  // accepted, but not executable yet
inline constexpr std::string_view kAlreadyExecuted = "already_executed";
inline constexpr std::string_view kNotDue = "not_due";
inline constexpr std::string_view kTooLateToCancel = "too_late_to_cancel";
inline constexpr std::string_view kTooLateToExecute = "too_late_to_execute";
// What
inline constexpr std::string_view kVoteReplayed = "vote_replayed";  // its counter is not above the last one
inline constexpr std::string_view kStatementReplayed = "statement_replayed";
inline constexpr std::string_view kAlreadyProposed = "already_proposed";  // the same body
inline constexpr std::string_view kDelegationCycle = "delegation_cycle";  // to oneself, too
inline constexpr std::string_view kDelegationExpired = "delegation_expired";
inline constexpr std::string_view kNotDelegated = "not_delegated";
inline constexpr std::string_view kOpenProposals = "open_proposals_max";
inline constexpr std::string_view kOpenProposalsOfMember = "open_proposals_per_member_max";
inline constexpr std::string_view kVotingTime = "voting_secs_min";
inline constexpr std::string_view kQuorum = "voting_quorum_ppm";        // below the scope's, or above the electorate
inline constexpr std::string_view kThreshold = "voting_threshold_ppm";  // below the scope's
inline constexpr std::string_view kDuration = "max_governed_duration";
inline constexpr std::string_view kProposalShape = "proposal_shape";  // number of actions, sizes
inline constexpr std::string_view kAlreadyMember = "already_member";
inline constexpr std::string_view kLastMember = "last_member";
inline constexpr std::string_view kConsent = "candidate_signature";
inline constexpr std::string_view kAmount = "budget_amount";
inline constexpr std::string_view kMembers = "max_members";
inline constexpr std::string_view kUpgradeVersion = "upgrade_version";  // not above the version that is required
inline constexpr std::string_view kOwnScope = "own_scope";              // a scope is not its own peer
inline constexpr std::string_view kPeers = "max_peers";
inline constexpr std::string_view kPeerRate = "peer_rate";
inline constexpr std::string_view kKeyUsed = "key_used";    // it signs or signed for another, or for this one before
inline constexpr std::string_view kOtherKey = "other_key";  // a rotation away from a key that signs no more
inline constexpr std::string_view kUnknownHolder = "unknown_holder";  // neither a member nor a node of the scope
inline constexpr std::string_view kRotations = "max_rotations";
inline constexpr std::string_view kRotationByJob = "rotation_by_job";  // only a key gives way to another
// The log
inline constexpr std::string_view kOtherScope = "other_scope";
inline constexpr std::string_view kEntryPosition = "entry_position";
inline constexpr std::string_view kEntryPrevious = "entry_previous";
inline constexpr std::string_view kEntryTime = "entry_time";
inline constexpr std::string_view kEntryClerk = "entry_clerk";          // not signed by the clerk
inline constexpr std::string_view kEntryResult = "entry_result";        // not what the log before implies
inline constexpr std::string_view kHandOver = "hand_over_majority";     // not by more than half of the members
inline constexpr std::string_view kEntryStatement = "entry_statement";  // another statement than the entry admits

}  // namespace icn::governance::rules
