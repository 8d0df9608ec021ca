// Test doubles of the services of a node, for tests and for the testing environment: deterministic, in memory, test
// grade.
//
// They live in libicn_testing, which production programs do not link. Thread safe.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/mutex.hpp"
#include "ports/clock.hpp"
#include "ports/did_resolver.hpp"
#include "ports/mesh_network.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/system_info.hpp"

namespace icn::testing {

// Advances only when a test moves it.
class FixedClock : public ports::Clock {
 public:
  explicit FixedClock(model::UnixMs start = model::UnixMs{1'700'000'000'000}) : start_(start), now_(start) {}
  [[nodiscard]] model::UnixMs now() const override;
  [[nodiscard]] std::uint64_t monotonic_ns() const override;
  void advance_ms(std::uint64_t ms);

 private:
  const model::UnixMs start_;
  mutable Mutex mutex_;
  model::UnixMs now_ ICN_GUARDED_BY(mutex_);
};

// SHA-256 of a seed and a counter: the same seed produces the same bytes.
class SeededRandom : public ports::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  const std::uint64_t seed_;
  Mutex mutex_;
  std::uint64_t counter_ ICN_GUARDED_BY(mutex_) = 0;
};

class FixedSystemInfoProvider : public ports::SystemInfoProvider {
 public:
  FixedSystemInfoProvider(std::uint32_t cpu_cores, std::uint64_t memory_mb) : info_{cpu_cores, memory_mb, memory_mb} {}
  [[nodiscard]] ports::SystemInfo system_info() const override { return info_; }

 private:
  const ports::SystemInfo info_;
};

// Records announcements and sends none.
class StubMeshNetworkService : public ports::MeshNetworkService {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::test;
  [[nodiscard]] Result<void> announce_job(const model::JobId& id, const model::Job& job) override;
  [[nodiscard]] Result<void> announce_completion(const model::SignedReceipt& receipt) override;
  [[nodiscard]] Result<void> announce_proposal(ByteView proposal) override;
  [[nodiscard]] Result<void> announce_vote(ByteView vote) override;
  [[nodiscard]] std::vector<model::Did> connected_peers() const override { return {}; }
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

  struct AnnouncedJob {
    model::JobId id;
    model::Job job;
  };
  [[nodiscard]] std::vector<AnnouncedJob> announced_jobs() const;
  [[nodiscard]] std::vector<model::SignedReceipt> completions() const;
  [[nodiscard]] std::vector<Bytes> proposals() const;
  [[nodiscard]] std::vector<Bytes> votes() const;

 private:
  mutable Mutex mutex_;
  std::vector<AnnouncedJob> announced_jobs_ ICN_GUARDED_BY(mutex_);
  std::vector<model::SignedReceipt> completions_ ICN_GUARDED_BY(mutex_);
  std::vector<Bytes> proposals_ ICN_GUARDED_BY(mutex_);
  std::vector<Bytes> votes_ ICN_GUARDED_BY(mutex_);
};

// Makes real signatures with a key that anyone can compute.
class StubSigner : public ports::Signer {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::test;
  explicit StubSigner(model::KeyPair key) : key_(std::move(key)) {}
  [[nodiscard]] model::Did did() const override { return key_.did(); }
  [[nodiscard]] Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    return key_.sign(tag, body);
  }
  [[nodiscard]] Result<model::Signature> sign_foreign(const model::ForeignMessage& message) override {
    return model::sign(key_, message);
  }
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

 private:
  const model::KeyPair key_;
};

// Answers with the documents that a test sets, and counts the questions.
class StubDidResolver : public ports::DidResolver {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::test;
  explicit StubDidResolver(std::string method) : method_(std::move(method)) {}
  [[nodiscard]] bool resolves(std::string_view method) const override { return method == method_; }
  // not_found for a DID without an answer.
  [[nodiscard]] Result<std::shared_ptr<const ports::ResolvedDid>> resolve(const model::DidUrl& did) override;
  [[nodiscard]] const ports::Descriptor& descriptor() const override;

  // `document` must be a document of the DID.
  void answer(std::string_view did, std::string_view document, std::optional<std::uint64_t> fresh_ms);
  [[nodiscard]] std::size_t asked() const;
  // Between hold() and release() questions wait for their answer.
  void hold();
  void release();
  void wait_until_asked(std::size_t count);

 private:
  const std::string method_;
  mutable Mutex mutex_;
  Condition changed_;
  std::map<std::string, std::shared_ptr<const ports::ResolvedDid>, std::less<>> answers_ ICN_GUARDED_BY(mutex_);
  std::size_t asked_ ICN_GUARDED_BY(mutex_) = 0;
  bool held_ ICN_GUARDED_BY(mutex_) = false;
};

// Key pairs number 0 to kTestKeys - 1, the same in every test; never for anything real.
inline constexpr std::uint32_t kTestKeys = 64;
[[nodiscard]] model::KeyPair test_key(std::uint32_t number);
[[nodiscard]] model::Did test_did(std::uint32_t number);
// The signer of a test DID; empty for any other DID, whose key is unknown.
[[nodiscard]] std::shared_ptr<ports::Signer> test_signer_of(const model::Did& did);

}  // namespace icn::testing
