// Goal: the table of transfer codes is complete, forbids transfers between members, and its document is current.
#include "model/transfer_codes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "model/signature.hpp"
#include "testing/documents.hpp"

namespace icn::model {
namespace {

TEST(TransferCodes, AreFoundByCodeAndByName) {
  std::set<std::string_view> names;
  for (const TransferRow& row : transfer_table()) {
    EXPECT_EQ(find_transfer_row(row.code), &row);
    EXPECT_EQ(find_transfer_row(row.name), &row);
    EXPECT_EQ(transfer_code_name(row.code), row.name);
    EXPECT_TRUE(row.text.ends_with('.')) << row.name;
    names.insert(row.name);
  }
  EXPECT_EQ(names.size(), transfer_table().size());
}

TEST(TransferCodes, AnUnknownCodeHasNoRow) {
  for (const int code : {0, static_cast<int>(transfer_table().size()) + 1, 255}) {
    EXPECT_EQ(find_transfer_row(static_cast<TransferCode>(code)), nullptr) << code;
    EXPECT_EQ(transfer_code_name(static_cast<TransferCode>(code)), "unknown");
  }
  EXPECT_EQ(find_transfer_row(std::string_view("gift")), nullptr);
}

TEST(TransferCodes, NoneMovesManaFromOneMemberToAnother) {
  const AccountKey alice = AccountKey::of(KeyPair::from_seed(Seed{1}).did());
  const AccountKey bob = AccountKey::of(KeyPair::from_seed(Seed{2}).did());
  for (const TransferRow& row : transfer_table()) {
    EXPECT_FALSE(row.debit.admits(alice) && row.credit.admits(bob)) << row.name;
  }
}

TEST(TransferCodes, ASystemAccountWithADidIsNotAdmitted) {
  AccountKey odd = AccountKey::of(SystemAccount::treasury);
  odd.did = KeyPair::from_seed(Seed{1}).did();
  EXPECT_FALSE(find_transfer_row(TransferCode::endowment)->credit.admits(odd));
}

TEST(Documents, TransfersAreWhatTheTableSays) {
  testing::expect_document("docs/TRANSFERS.md", transfer_codes_markdown());
}

}  // namespace
}  // namespace icn::model
