#include "testing/services.hpp"

#include <algorithm>

namespace icn::testing {

model::UnixMs FixedClock::now() const {
  Lock lock(mutex_);
  return now_;
}

std::uint64_t FixedClock::monotonic_ns() const {
  Lock lock(mutex_);
  return (now_.value - start_.value) * 1'000'000;
}

void FixedClock::advance_ms(std::uint64_t ms) {
  Lock lock(mutex_);
  now_.value += ms;
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  Lock lock(mutex_);
  while (!bytes.empty()) {
    Bytes message = bytes_of("icn test randomness");
    append_be64(message, seed_);
    append_be64(message, counter_++);
    const ipld::Digest digest = ipld::sha256(message);
    const std::size_t length = std::min(bytes.size(), digest.size());
    std::copy_n(digest.begin(), length, bytes.begin());
    bytes = bytes.subspan(length);
  }
}

Result<void> StubMeshNetworkService::announce_job(const model::JobId& id, const model::Job& job) {
  Lock lock(mutex_);
  announced_jobs_.push_back({id, job});
  return {};
}

Result<void> StubMeshNetworkService::announce_completion(const model::SignedReceipt& receipt) {
  Lock lock(mutex_);
  completions_.push_back(receipt);
  return {};
}

Result<void> StubMeshNetworkService::announce_proposal(ByteView proposal) {
  Lock lock(mutex_);
  proposals_.push_back(copy_of(proposal));
  return {};
}

Result<void> StubMeshNetworkService::announce_vote(ByteView vote) {
  Lock lock(mutex_);
  votes_.push_back(copy_of(vote));
  return {};
}

const ports::Descriptor& StubMeshNetworkService::descriptor() const {
  static constexpr ports::Descriptor says{"mesh_network", "stub", kGrade, "records announcements and sends none"};
  return says;
}

std::vector<StubMeshNetworkService::AnnouncedJob> StubMeshNetworkService::announced_jobs() const {
  Lock lock(mutex_);
  return announced_jobs_;
}

std::vector<model::SignedReceipt> StubMeshNetworkService::completions() const {
  Lock lock(mutex_);
  return completions_;
}

std::vector<Bytes> StubMeshNetworkService::proposals() const {
  Lock lock(mutex_);
  return proposals_;
}

std::vector<Bytes> StubMeshNetworkService::votes() const {
  Lock lock(mutex_);
  return votes_;
}

Result<std::shared_ptr<const ports::ResolvedDid>> StubDidResolver::resolve(const model::DidUrl& did) {
  Lock lock(mutex_);
  ++asked_;
  changed_.notify_all();
  while (held_) changed_.wait(lock);
  const auto at = answers_.find(did.did());
  if (at == answers_.end()) return fail(ErrorCode::not_found, "The test has no answer for " + std::string(did.did()));
  return at->second;
}

const ports::Descriptor& StubDidResolver::descriptor() const {
  static constexpr ports::Descriptor says{"did_resolver", "stub", kGrade, "answers what a test sets"};
  return says;
}

void StubDidResolver::answer(std::string_view did, std::string_view document, std::optional<std::uint64_t> fresh_ms) {
  auto read = model::DidDocument::read(document, model::DidUrl::parse_did(did).value());
  Lock lock(mutex_);
  answers_[std::string(did)] =
      std::make_shared<const ports::ResolvedDid>(ports::ResolvedDid{std::move(read).value(), fresh_ms});
}

std::size_t StubDidResolver::asked() const {
  Lock lock(mutex_);
  return asked_;
}

void StubDidResolver::hold() {
  Lock lock(mutex_);
  held_ = true;
}

void StubDidResolver::release() {
  Lock lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void StubDidResolver::wait_until_asked(std::size_t count) {
  Lock lock(mutex_);
  while (asked_ < count) changed_.wait(lock);
}

const ports::Descriptor& StubSigner::descriptor() const {
  static constexpr ports::Descriptor says{"signer", "stub", kGrade, "signs with a key that anyone can compute"};
  return says;
}

model::KeyPair test_key(std::uint32_t number) {
  Bytes message = bytes_of("icn test key");
  append_be64(message, number);
  return model::KeyPair::from_seed(ipld::sha256(message));
}

model::Did test_did(std::uint32_t number) { return test_key(number).did(); }

std::shared_ptr<ports::Signer> test_signer_of(const model::Did& did) {
  for (std::uint32_t number = 0; number < kTestKeys; ++number) {
    model::KeyPair key = test_key(number);
    if (key.did() == did) return std::make_shared<StubSigner>(std::move(key));
  }
  return nullptr;
}

}  // namespace icn::testing
