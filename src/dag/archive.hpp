// DAGs between a store and archive files (ipld/car.hpp).
//
// Both directions stream: an import holds one batch of blocks, an export one block and about 60 bytes for each block of
// the DAG (100 as CARv2). An archive is checked as a whole before the store or the file changes. As thread safe as the
// store.
#pragma once
#include <span>
#include <vector>

#include "ipld/car.hpp"
#include "ports/dag_store.hpp"

namespace icn::dag {

struct ArchiveSummary {
  ipld::CarVersion version = ipld::CarVersion::v1;
  std::vector<ipld::Cid> roots;
  std::uint64_t blocks = 0;  // sections; an imported archive may hold a block twice
  std::uint64_t bytes = 0;   // of the blocks
};

// Writes everything below the roots, each block once, in the order of ipld::DagWalk: the same roots produce the same
// bytes. A root given twice is in the header once. Every block is read and verified before the first byte goes to the
// sink. Errors: missing_data, corrupted, invalid_format, unsupported (a block is missing or invalid; the error names
// it, and nothing was written), limit_exceeded, storage, and those of the sink.
[[nodiscard]] Result<ArchiveSummary> export_archive(const ports::DagStore& store, std::span<const ipld::Cid> roots,
                                                    ipld::CarVersion version, const ipld::CarSink& sink);

// Reads the archive twice: first checks all of it, and that each root is in it or in the store; then stores the blocks,
// which are durable when this returns. It does not check that everything the roots reach is present. Errors: those of
// ipld::CarReader and missing_data, with nothing stored; those of DagStore::put and flush, after which blocks already
// stored remain, intact but unreferenced.
[[nodiscard]] Result<ArchiveSummary> import_archive(ports::DagStore& store, const ipld::CarSource& source);

}  // namespace icn::dag
