// Goal: files are read and written completely or with an error that names them, and a new or replaced file appears
// whole or not at all.
#include "disk/file.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/folder.hpp"
#include "disk/testing/scratch_folder.hpp"

namespace icn::disk {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  fs::path path(std::string_view name) const { return folder_.path() / name; }
  std::string text(std::string_view name) const { return read_text(path(name), 1 << 20).value(); }
  std::vector<std::string> names() const { return list_folder(folder_.path()).value(); }

  ScratchFolder folder_;
};

using Names = std::vector<std::string>;

// While this lives, no file of this process grows beyond `bytes`: a write across the bound is short, the next one
// fails.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// A pipe with room for 4 KiB: reads return no more, writes wait in the middle.
struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    reader = Descriptor(ends[0]);
    writer = Descriptor(ends[1]);
    EXPECT_GE(::fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
  }
  Descriptor reader, writer;
};

Bytes pattern(std::size_t bytes) {
  Bytes made(bytes);
  for (std::size_t i = 0; i < bytes; ++i) made[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  return made;
}

TEST_F(FileTest, ShortReadsArePutTogether) {
  const Bytes bytes = pattern(300'000);
  Pipe pipe;
  std::jthread reader([&] {
    const File file(std::move(pipe.reader), "the pipe");
    const auto read = file.read_to_end(bytes.size());
    EXPECT_TRUE(read.has_value() && *read == bytes);
  });
  EXPECT_TRUE(write_all(pipe.writer.get(), bytes));
  pipe.writer = Descriptor();
}

// A write in progress when a signal arrives is short; one that has not begun fails with EINTR.
TEST_F(FileTest, ShortAndInterruptedWritesGoOn) {
  struct sigaction interrupting {};
  interrupting.sa_handler = [](int) {};  // without SA_RESTART: blocked calls end with EINTR
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGUSR1, &interrupting, &before), 0);
  const Bytes bytes = pattern(200'000);
  Pipe pipe;
  Bytes got;
  {
    std::atomic<bool> written{false};
    std::jthread writer([&] {
      EXPECT_TRUE(write_all(pipe.writer.get(), bytes));
      written = true;
      pipe.writer = Descriptor();
    });
    // Each piece is preceded by a signal, most of which arrive while the writer waits for space.
    const File file(std::move(pipe.reader), "the pipe");
    Bytes piece(1'000);
    for (;;) {
      if (!written) ::pthread_kill(writer.native_handle(), SIGUSR1);
      const auto count = file.read(piece);
      ASSERT_TRUE(count);
      if (*count == 0) break;
      append(got, ByteView(piece).first(*count));
    }
  }
  EXPECT_EQ(got, bytes);
  ASSERT_EQ(::sigaction(SIGUSR1, &before, nullptr), 0);
}

TEST_F(FileTest, ACallIsRepeatedWhileSignalsInterruptIt) {
  int calls = 0;
  EXPECT_EQ(uninterrupted([&] { return errno = EINTR, ++calls < 4 ? -1 : 7; }), 7);
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(uninterrupted([&] { return errno = EIO, ++calls, -1; }), -1);
  EXPECT_EQ(calls, 5);
}

TEST_F(FileTest, AWriteThatEndsInTheMiddleIsAnError) {
  const SizeLimit limit(5'000);
  const Bytes bytes = pattern(9'000);
  const File file = File::open(path("a"), Open::create_new).value();
  const auto written = file.write(bytes);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::storage);
  EXPECT_NE(written.error().detail.find(path("a").string()), std::string::npos) << written.error().detail;
  EXPECT_EQ(file.status()->bytes, 5'000U);
  EXPECT_FALSE(file.write_at(4'000, ByteView(bytes).first(1'001)));
  EXPECT_TRUE(file.write_at(4'000, ByteView(bytes).first(1'000)));
}

TEST_F(FileTest, AFullDiskIsSaidWithWhatToDo) {
  for (const Named named : {Named::by_node, Named::by_user}) {
    const File file = File::open("/dev/full", Open::write, named).value();
    const auto written = file.write(view_of("x"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::storage);
    EXPECT_EQ(written.error().detail,
              "write '/dev/full': No space left on device; the disk is full: free space and try again");
  }
  FileWriter writer(File::open("/dev/full", Open::write).value());
  EXPECT_TRUE(writer.write(view_of("in the buffer")));
  EXPECT_EQ(writer.finish().error().code, ErrorCode::storage);
}

TEST_F(FileTest, WhoNamedTheFileDecidesWhoseMistakeItIs) {
  ASSERT_EQ(::symlink("loop", path("loop").c_str()), 0);
  ASSERT_TRUE(replace_file(path("file"), view_of("x")));
  struct Case {
    fs::path path;
    ErrorCode of_node, of_user;
    std::string_view says;
  };
  const Case cases[] = {
      {path("absent"), ErrorCode::not_found, ErrorCode::not_found, "No such file"},
      {path("file") / "x", ErrorCode::storage, ErrorCode::not_found, "Not a directory"},
      {path("loop"), ErrorCode::storage, ErrorCode::invalid_argument, "symbolic links"},
      {path(std::string(300, 'n')), ErrorCode::storage, ErrorCode::invalid_argument, "too long"},
      {path("."), ErrorCode::storage, ErrorCode::invalid_argument, "it is a folder"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.path);
    const auto of_node = read_file(one.path, 10);
    const auto of_user = File::open(one.path, Open::read, Named::by_user);
    ASSERT_FALSE(of_node || of_user);
    EXPECT_EQ(of_node.error().code, one.of_node);
    EXPECT_EQ(of_user.error().code, one.of_user);
    EXPECT_NE(of_user.error().detail.find(in_quotes(one.path)), std::string::npos) << of_user.error().detail;
    EXPECT_NE(of_user.error().detail.find(one.says), std::string::npos) << of_user.error().detail;
  }
  EXPECT_EQ(File::open(path("nowhere/a"), Open::create).error().code, ErrorCode::storage);
  EXPECT_EQ(status_of(path("absent")).error().code, ErrorCode::not_found);
}

TEST_F(FileTest, AdviceGoesWithTheReason) {
  EXPECT_NE(system_error("open", EMFILE).value().detail.find("ulimit -n"), std::string::npos);
  EXPECT_NE(system_error("open", EROFS).value().detail.find("a disk that can only be read"), std::string::npos);
  for (const int reason : {EACCES, EPERM})
    EXPECT_NE(system_error("open", reason).value().detail.find("check the folder's permissions"), std::string::npos);
  EXPECT_NE(system_error("open", EDQUOT).value().detail.find("the disk is full"), std::string::npos);
  EXPECT_EQ(system_error("open", EIO).value().detail, "open: Input/output error");
}

TEST_F(FileTest, FilesArePrivateAndCloseOnExec) {
  const File file = File::open(path("a"), Open::create).value();
  EXPECT_EQ(file.status()->mode, 0600U);
  EXPECT_NE(::fcntl(file.fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(file.status()->owner, ::geteuid());
  ASSERT_TRUE(replace_file(path("b"), view_of("x")));
  EXPECT_EQ(status_of(path("b"))->mode, 0600U);
}

TEST_F(FileTest, EachWayOfOpeningDoesWhatItSays) {
  EXPECT_EQ(File::open(path("a"), Open::update).error().code, ErrorCode::not_found);
  ASSERT_TRUE(File::open(path("a"), Open::create)->write(view_of("before")));
  EXPECT_EQ(File::open(path("a"), Open::create_new).error().code, ErrorCode::already_exists);
  ASSERT_TRUE(File::open(path("a"), Open::create)->write_at(2, view_of("X")));
  EXPECT_EQ(text("a"), "beXore");
  ASSERT_TRUE(File::open(path("a"), Open::update)->truncate(3));
  EXPECT_EQ(text("a"), "beX");
  ASSERT_TRUE(File::open(path("a"), Open::truncate)->sync());
  EXPECT_EQ(text("a"), "");
  EXPECT_FALSE(File::open(path("a"), Open::read)->write(view_of("x")));
}

TEST_F(FileTest, ReadsWhatIsThereAndNoMoreThanAllowed) {
  const Bytes bytes = pattern(700'000);
  ASSERT_TRUE(replace_file(path("a"), bytes));
  EXPECT_EQ(read_file(path("a"), bytes.size()).value(), bytes);
  const auto larger = read_file(path("a"), bytes.size() - 1);
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().code, ErrorCode::limit_exceeded);
  const File file = File::open(path("a"), Open::read).value();
  Bytes tail(100);
  EXPECT_EQ(file.read_at(bytes.size() - 40, tail).value(), 40U);
  EXPECT_TRUE(std::equal(tail.begin(), tail.begin() + 40, bytes.end() - 40));
  EXPECT_EQ(file.read_at(UINT64_MAX, tail).value(), 0U);
  EXPECT_EQ(read_text("/proc/self/comm", 100).value().empty(), false) << "a file without a size";
  EXPECT_TRUE(file.can_seek());
  EXPECT_FALSE(File(std::move(Pipe().reader), "a pipe").can_seek());
}

TEST_F(FileTest, AReplacedFileIsTheOldOrTheNew) {
  ASSERT_TRUE(replace_file(path("a"), view_of("old")));
  {
    const SizeLimit limit(1'000);
    EXPECT_EQ(replace_file(path("a"), pattern(2'000)).error().code, ErrorCode::storage);
  }
  EXPECT_EQ(text("a"), "old");
  EXPECT_EQ(names(), (Names{"a"})) << "an unfinished file is left";
  {
    FileWriter writer = FileWriter::create(path("a"), {.appears = Appears::as_replacement}).value();
    ASSERT_TRUE(writer.write(view_of("never finished")));
    EXPECT_EQ(text("a"), "old");
    const FileWriter moved = std::move(writer);
    EXPECT_EQ(names().size(), 2U);
  }
  EXPECT_EQ(names(), (Names{"a"}));
  ASSERT_TRUE(replace_file(path("a"), view_of("new")));
  EXPECT_EQ(text("a"), "new");
}

TEST_F(FileTest, AReplacementKeepsTheModeIfItIsAskedTo) {
  ASSERT_TRUE(replace_file(path("a"), view_of("old")));
  ASSERT_EQ(::chmod(path("a").c_str(), 0640), 0);
  ASSERT_TRUE(write_file(path("a"), {view_of("new")}, {.appears = Appears::as_replacement, .keeps_mode = true}));
  EXPECT_EQ(status_of(path("a"))->mode, 0640U);
  ASSERT_TRUE(replace_file(path("a"), view_of("newer")));
  EXPECT_EQ(status_of(path("a"))->mode, 0600U);
}

TEST_F(FileTest, ErrorsShowTheNameThatTheFileIsToHave) {
  for (const Named named : {Named::by_node, Named::by_user}) {
    const auto absent = FileWriter::create(path("nowhere/a"), {.appears = Appears::as_replacement, .named = named});
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, named == Named::by_user ? ErrorCode::not_found : ErrorCode::storage);
    EXPECT_EQ(absent.error().detail, "make " + in_quotes(path("nowhere/a")) + ": No such file or directory");
  }
}

TEST_F(FileTest, OnlyAFileThatAUserNamesMayBeALink) {
  ASSERT_TRUE(replace_file(path("target"), view_of("untouched")));
  ASSERT_EQ(::symlink(path("target").c_str(), path("link").c_str()), 0);
  for (const Open how : {Open::read, Open::write, Open::update, Open::create, Open::truncate}) {
    const auto opened = File::open(path("link"), how);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::storage);
    EXPECT_NE(opened.error().detail.find("symbolic link"), std::string::npos) << opened.error().detail;
    EXPECT_EQ(text("target"), "untouched");
  }
  EXPECT_FALSE(read_file(path("link"), 100));
  EXPECT_TRUE(File::open(path("link"), Open::read, Named::by_user));
}

TEST_F(FileTest, WhatAKilledWriterLeftIsInNobodysWay) {
  ASSERT_EQ(::symlink(path("victim").c_str(), path("a.new").c_str()), 0);
  ASSERT_TRUE(replace_file(path("victim"), view_of("untouched")));
  ASSERT_TRUE(replace_file(path("a"), view_of("new")));
  EXPECT_EQ(text("victim"), "untouched") << "the link was followed instead of removed";
  EXPECT_EQ(names(), (Names{"a", "victim"}));
}

TEST_F(FileTest, ANewFileNeverTakesTheNameOfAnother) {
  for (const Appears appears : {Appears::at_once, Appears::when_whole}) {
    const std::string name = appears == Appears::at_once ? "at_once" : "when_whole";
    ASSERT_TRUE(write_file(path(name), {view_of("first"), view_of(" file")}, {.appears = appears}));
    const auto second = write_file(path(name), {view_of("second")}, {.appears = appears});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::already_exists);
    EXPECT_NE(second.error().detail.find("nothing was changed"), std::string::npos);
    EXPECT_EQ(text(name), "first file");
  }
  EXPECT_EQ(names(), (Names{"at_once", "when_whole"}));
}

TEST_F(FileTest, RivalsOfOneNameDoNotMixTheirBytes) {
  const WriterOptions options{.appears = Appears::as_replacement, .is_durable = false, .has_rivals = true};
  const Bytes zeros(100'000, 0), ones(100'000, 1);
  {
    std::vector<std::jthread> writers;
    for (const Bytes* bytes : {&zeros, &ones}) {
      writers.emplace_back([&, bytes] {
        for (int i = 0; i < 20; ++i) EXPECT_TRUE(write_file(path("a"), {*bytes}, options));
      });
    }
  }
  const Bytes last = read_file(path("a"), zeros.size()).value();
  EXPECT_TRUE(last == zeros || last == ones);
  EXPECT_EQ(names(), (Names{"a"}));
}

TEST_F(FileTest, AWriterCountsAndHashesWhatItWrites) {
  const Bytes bytes = pattern(600'000);
  FileWriter writer = FileWriter::create(path("a"), {.is_hashed = true, .mode = 0640}).value();
  for (std::size_t at = 0; at < bytes.size(); at += 7'001)
    ASSERT_TRUE(writer.write(ByteView(bytes).subspan(at, std::min<std::size_t>(7'001, bytes.size() - at))));
  const FileSum sum = writer.finish().value();
  EXPECT_EQ(sum, (FileSum{bytes.size(), ipld::sha256(bytes)}));
  EXPECT_EQ(sum_of_file(path("a")).value(), sum);
}

}  // namespace
}  // namespace icn::disk
