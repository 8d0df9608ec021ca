// Goal: a tree is read and written exactly, and nothing outside it, whatever its names and links are.
#include "disk/tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "disk/testing/scratch_folder.hpp"

namespace icn::disk {
namespace {

namespace fs = std::filesystem;
using Kind = TreeStep::Kind;

void write_text(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }
std::string read_all(const fs::path& path) { return read_text(path, 1'000).value(); }

std::string story_of(const fs::path& path) {
  auto reader = TreeReader::open(path);
  if (!reader) return reader.error().detail;
  std::string story;
  for (;;) {
    const auto step = reader->next();
    if (!step) return story + "! " + step.error().rule;
    if (!*step) return story;
    story += (*step)->kind == Kind::end ? ")" : (*step)->name + ((*step)->kind == Kind::folder ? "(" : "=");
    Bytes piece(100);
    if ((*step)->kind == Kind::file) story += std::string(text_of(ByteView(piece).first(reader->read(piece).value())));
    if ((*step)->kind != Kind::folder) story += " ";
  }
}

TEST(Tree, IsReadSortedAndEveryFolderEnds) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.path() / "b/c");
  write_text(scratch.path() / "b/c/x", "1");
  write_text(scratch.path() / "a", "2");
  write_text(scratch.path() / "z", "");
  EXPECT_EQ(story_of(scratch.path()), "a=2 b(c(x=1 ) ) z= ");
}

TEST(Tree, LinksAndDevicesAreRefusedWhereTheyAre) {
  const ScratchFolder scratch;
  fs::create_symlink("/etc/passwd", scratch.path() / "link");
  EXPECT_EQ(story_of(scratch.path()), "! entry_kind");
}

TEST(Tree, IsWrittenAndReadBack) {
  const ScratchFolder scratch;
  auto writer = TreeWriter::open(scratch.path(), Replacing::no);
  ASSERT_TRUE(writer);
  for (const TreeStep& step : {TreeStep{Kind::folder, "b"}, {Kind::file, "x"}, {Kind::end}, {Kind::file, "a"}}) {
    ASSERT_TRUE(writer->step(step));
    if (step.kind == Kind::file) {
      ASSERT_TRUE(writer->write(bytes_of(step.name + "!")));
    }
  }
  EXPECT_EQ(story_of(scratch.path()), "a=a! b(x=x! ) ");
}

TEST(Tree, NamesThatLeadElsewhereAreRefused) {
  const ScratchFolder scratch;
  auto writer = TreeWriter::open(scratch.path(), Replacing::yes);
  for (const std::string& name : {std::string(""), std::string("."), std::string(".."), std::string("a/b"),
                                  std::string("/etc"), std::string("a\0b", 3), std::string(256, 'x')}) {
    for (const Kind kind : {Kind::folder, Kind::file})
      EXPECT_EQ(writer->step({kind, name}).error().rule, kEntryKind) << name;
  }
  EXPECT_EQ(story_of(scratch.path()), "");
}

TEST(Tree, WhatIsThereIsKeptOrReplacedAsAWhole) {
  const ScratchFolder scratch;
  write_text(scratch.path() / "a", "old");
  fs::create_directory(scratch.path() / "b");
  auto careful = TreeWriter::open(scratch.path(), Replacing::no);
  EXPECT_EQ(careful->step({Kind::file, "a"}).error().rule, kFileExists);
  EXPECT_EQ(careful->step({Kind::folder, "b"}).error().rule, kFileExists);
  auto replacing = TreeWriter::open(scratch.path(), Replacing::yes);
  ASSERT_TRUE(replacing->step({Kind::file, "a"}));
  ASSERT_TRUE(replacing->write(bytes_of("new")));
  EXPECT_EQ(read_all(scratch.path() / "a"), "old") << "replaced before it was complete";
  ASSERT_TRUE(replacing->step({Kind::folder, "b"}));
  EXPECT_EQ(story_of(scratch.path()), "a=new b() ");
}

TEST(Tree, ALinkInTheWayIsNeitherFollowedNorWrittenThrough) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.path() / "outside");
  write_text(scratch.path() / "outside/file", "safe");
  fs::create_directory(scratch.path() / "in");
  fs::create_symlink(scratch.path() / "outside", scratch.path() / "in/folder");
  fs::create_symlink(scratch.path() / "outside/file", scratch.path() / "in/file");
  auto writer = TreeWriter::open(scratch.path() / "in", Replacing::yes);
  EXPECT_FALSE(writer->step({Kind::folder, "folder"}));
  ASSERT_TRUE(writer->step({Kind::file, "file"}));
  ASSERT_TRUE(writer->write(bytes_of("new")));
  ASSERT_TRUE(writer->step({Kind::end}));
  EXPECT_EQ(read_all(scratch.path() / "outside/file"), "safe");
  EXPECT_EQ(read_all(scratch.path() / "in/file"), "new");
  EXPECT_FALSE(fs::is_symlink(scratch.path() / "in/file"));
}

TEST(Tree, DepthIsBounded) {
  const ScratchFolder scratch;
  auto writer = TreeWriter::open(scratch.path(), Replacing::no);
  for (std::size_t depth = 0; depth < kTreeDepthMax; ++depth) ASSERT_TRUE(writer->step({Kind::folder, "d"})) << depth;
  EXPECT_EQ(writer->step({Kind::folder, "d"}).error().rule, "max_folder_depth");
}

}  // namespace
}  // namespace icn::disk
