#include "runtime/store_version.hpp"

#include <array>

#include "core/log.hpp"
#include "economy/ledger.hpp"
#include "jobs/job_book.hpp"
#include "model/keys.hpp"
#include "stores/cursor.hpp"
#include "stores/writer.hpp"

namespace icn::runtime {
namespace {

Bytes version_key() { return model::key_of(model::keys::kMeta, view_of("version")); }

// Makes job records maps of sections, moves the stories of terminal jobs to separate rows, and adds regeneration to
// checkpoints.
Result<void> upgrade_from_4(ports::StateStore& store) {
  ICN_TRY(economy::upgrade_checkpoints(store));
  stores::PairWriter writer(store);
  stores::PairCursor cursor(store, model::key_of(model::keys::kJob), model::end_of(model::keys::kJob));
  while (const stores::Pair* pair = ICN_TRY(cursor.peek())) {
    Result<jobs::JobRecord> record = jobs::JobRecord::from_bytes(pair->value);
    if (!record) return fail(within("the job record " + to_hex(pair->key), std::move(record).error()));
    if (pair->key != model::key_of(model::keys::kJob, record->number))
      return fail(ErrorCode::corrupted, "the job record " + to_hex(pair->key) + " is that of another number");
    ports::Batch rows;
    jobs::put_record(*record, rows);
    ICN_TRY(writer.put(std::move(rows)));
    cursor.next();
  }
  return writer.finish();
}

// The row at N leads from version kStoreVersionOldest + N to the next.
constexpr std::array kUpgrades{&upgrade_from_4};
static_assert(kStoreVersionOldest + kUpgrades.size() == kStoreVersion);

}  // namespace

Result<std::uint8_t> read_store_version(const ports::StateReader& store) {
  const std::optional<Bytes> version = ICN_TRY(store.get(version_key()));
  if (!version) {
    return refuse(ErrorCode::not_found, "not_founded",
                  "This state store holds no scope: it is new, or the store that held one was lost.");
  }
  if (version->size() == 1 && version->front() >= kStoreVersionOldest && version->front() <= kStoreVersion)
    return version->front();
  const bool older = version->size() == 1 && version->front() < kStoreVersionOldest;
  return fail(ErrorCode::unsupported_version,
              std::string("The state store has ") + (older ? "an older" : "a newer") +
                  " version than those this program reads (" + std::to_string(kStoreVersionOldest) + " to " +
                  std::to_string(kStoreVersion) + "); use the program that wrote it. Nothing was changed.");
}

void put_store_version(std::uint8_t version, ports::Batch& batch) { batch.put(version_key(), Bytes{version}); }

Result<void> upgrade_store(ports::StateStore& store) {
  const std::uint8_t found = ICN_TRY(read_store_version(store));
  for (std::uint8_t version = found; version < kStoreVersion; ++version) {
    if (Result<void> done = kUpgrades[version - kStoreVersionOldest](store); !done) {
      return fail(within("the upgrade of the state store from version " + std::to_string(version) + " was interrupted",
                         std::move(done).error()));
    }
    ports::Batch batch;
    put_store_version(static_cast<std::uint8_t>(version + 1), batch);
    ICN_TRY(store.commit({&batch, 1}));
  }
  if (found != kStoreVersion) {
    log(LogLevel::warning, "store",
        "the state store was upgraded from version " + std::to_string(found) + " to " + std::to_string(kStoreVersion) +
            "; the release that wrote it can no longer open it");
  }
  return {};
}

}  // namespace icn::runtime
