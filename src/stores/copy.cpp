#include "stores/copy.hpp"

#include "stores/cursor.hpp"
#include "stores/writer.hpp"

namespace icn::stores {
namespace {

void report_to(const CopyProgress& progress, const CopyReport& report) {
  if (progress) progress(report);
}

tl::unexpected<Error> differs(const std::string& thing, std::string_view how) {
  return fail(ErrorCode::conflict, thing + " " + std::string(how));
}

}  // namespace

// The target's cursor reads ahead of everything written, so that it never sees the copy's own writes.
Result<CopyReport> copy_pairs(const ports::StateReader& from, ports::StateStore& to, const CopyProgress& progress) {
  PairCursor source(from);
  PairCursor target(to);
  CopyReport report;
  PairWriter writer(to, [&] { report_to(progress, report); });
  while (true) {
    const Pair* wanted = ICN_TRY(source.peek());
    const Pair* found = ICN_TRY(target.peek());
    if (wanted == nullptr && found == nullptr) break;
    if (wanted == nullptr || (found != nullptr && found->key < wanted->key)) {
      ICN_TRY(writer.erase(found->key));
      ++report.removed;
      target.next();
      continue;
    }
    const bool same_key = found != nullptr && found->key == wanted->key;
    if (!same_key || found->value != wanted->value) {
      ICN_TRY(writer.put(wanted->key, wanted->value));
      ++report.written;
    }
    ++report.things;
    report.bytes += wanted->key.size() + wanted->value.size();
    source.next();
    if (same_key) target.next();
  }
  ICN_TRY(writer.finish());
  return report;
}

Result<CopyReport> copy_blocks(const ports::DagStore& from, ports::DagStore& to, const CopyProgress& progress) {
  CidCursor source(from);
  CidCursor target(to);
  CopyReport report;
  BlockWriter writer(to, [&] { report_to(progress, report); });
  while (true) {
    const ipld::Cid* wanted = ICN_TRY(source.peek());
    const ipld::Cid* found = ICN_TRY(target.peek());
    if (wanted == nullptr && found == nullptr) break;
    if (wanted == nullptr || (found != nullptr && *found < *wanted)) {
      ICN_TRY(writer.remove(*found));
      ++report.removed;
      target.next();
      continue;
    }
    if (found == nullptr || *wanted < *found) {
      ICN_TRY(writer.put(ICN_TRY(from.get(*wanted))));
      ++report.written;
    } else {
      target.next();
    }
    ++report.things;
    report.bytes += source.bytes();
    source.next();
  }
  ICN_TRY(writer.finish());
  return report;
}

Result<std::uint64_t> pair_bytes(const ports::StateReader& store) {
  std::uint64_t bytes = 0;
  ICN_TRY(store.scan({}, {}, [&](ByteView key, ByteView value) {
    bytes += key.size() + value.size();
    return true;
  }));
  return bytes;
}

Result<std::uint64_t> expect_same_pairs(const ports::StateReader& a, const ports::StateReader& b) {
  PairCursor first(a);
  PairCursor second(b);
  for (std::uint64_t count = 0;; ++count) {
    const Pair* of_a = ICN_TRY(first.peek());
    const Pair* of_b = ICN_TRY(second.peek());
    if (of_a == nullptr && of_b == nullptr) return count;
    if (of_b == nullptr || (of_a != nullptr && of_a->key < of_b->key))
      return differs("the key " + to_hex(of_a->key), "is missing in the second state store");
    if (of_a == nullptr || of_b->key < of_a->key)
      return differs("the key " + to_hex(of_b->key), "is only in the second state store");
    if (of_a->value != of_b->value)
      return differs("the key " + to_hex(of_a->key), "has another value in the second state store");
    first.next();
    second.next();
  }
}

Result<std::uint64_t> expect_same_blocks(const ports::DagStore& a, const ports::DagStore& b) {
  CidCursor first(a);
  CidCursor second(b);
  for (std::uint64_t count = 0;; ++count) {
    const ipld::Cid* of_a = ICN_TRY(first.peek());
    const ipld::Cid* of_b = ICN_TRY(second.peek());
    if (of_a == nullptr && of_b == nullptr) return count;
    if (of_b == nullptr || (of_a != nullptr && *of_a < *of_b))
      return differs("the block " + of_a->to_text(), "is missing in the second DAG store");
    if (of_a == nullptr || *of_b < *of_a)
      return differs("the block " + of_b->to_text(), "is only in the second DAG store");
    // get() hashes what it reads; equal hashes are equal bytes.
    ICN_TRY(a.get(*of_a));
    ICN_TRY(b.get(*of_b));
    first.next();
    second.next();
  }
}

Result<bool> is_empty(const ports::StateReader& store) { return ICN_TRY(PairCursor(store).peek()) == nullptr; }
Result<bool> is_empty(const ports::DagStore& store) { return ICN_TRY(CidCursor(store).peek()) == nullptr; }

Result<void> clear(ports::StateStore& store) {
  PairWriter writer(store);
  PairCursor cursor(store);
  while (const Pair* pair = ICN_TRY(cursor.peek())) {
    ICN_TRY(writer.erase(pair->key));
    cursor.next();
  }
  return writer.finish();
}

Result<void> clear(ports::DagStore& store) {
  BlockWriter writer(store);
  CidCursor cursor(store);
  while (const ipld::Cid* cid = ICN_TRY(cursor.peek())) {
    ICN_TRY(writer.remove(*cid));
    cursor.next();
  }
  return writer.finish();
}

}  // namespace icn::stores
