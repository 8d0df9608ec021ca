// Goal: an operation asked for over a socket behaves as one in this process: answer, error, streams, reports, stop.
#include "http/client.hpp"

#include "api/about.hpp"
#include "api/cid.hpp"
#include "api/dag_folders.hpp"
#include "api/job_runs.hpp"
#include "api/proofs.hpp"
#include "http/api_handler.hpp"
#include "http/testing/server_fixture.hpp"
#include "runtime/run.hpp"

namespace icn::http {
namespace {

class ClientTest : public testing::ServerTest {
 protected:
  void begin() {
    ApiOptions options;
    options.context = [this](const Caller& caller) { return api::Context{.caller = caller.did, .slots = &slots_}; };
    options.gate = owner_gate(model::Did());
    options.spool_folder = folder_.path();
    start(api_handler(std::move(options)));
    options_.remote.path = socket();
  }

  api::Slots slots_;
  ClientOptions options_;
};

TEST_F(ClientTest, GetsTheAnswer) {
  begin();
  api::Context context;
  const auto answer = ask<&api::describe_version>(options_, context, {});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_FALSE(api::json_text(*answer).empty());
}

TEST_F(ClientTest, GetsTheErrorAsItIs) {
  slots_.bind<api::WaitJob>([](const api::Context&, const api::JobNamed& request) -> Result<api::JobEnd> {
    return refuse(ErrorCode::not_found, "job_name", "no job is called \"" + request.job + "\"\n", request.job);
  });
  begin();
  api::Context context;
  const std::string name = "a/b c?%\"ü";
  const auto answer = ask<&api::call<api::WaitJob>>(options_, context, {name});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (Error{ErrorCode::not_found, "no job is called \"" + name + "\"\n", "job_name", name}));
}

TEST_F(ClientTest, StreamsBytesInAndOut) {
  begin();
  constexpr std::size_t kBytes = 5'000'000;
  std::size_t sent = 0;
  api::Context context;
  context.in = [&](std::uint8_t* to, std::size_t size) -> Result<std::size_t> {
    const std::size_t piece = std::min(size, kBytes - sent);
    std::memset(to, 'x', piece);
    sent += piece;
    return piece;
  };
  const auto named = ask<&api::name_bytes>(options_, context, {});
  ASSERT_TRUE(named) << named.error().detail;
  EXPECT_EQ(sent, kBytes);
  std::string got;
  context.out = [&](ByteView piece) -> Result<void> {
    got += text_of(piece);
    return {};
  };
  ASSERT_TRUE(ask<&api::describe_abi>(options_, context, {}));
  EXPECT_FALSE(got.empty());
}

TEST_F(ClientTest, CarriesTheReportsOfARun) {
  const auto job = model::JobId::parse("bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");
  ASSERT_TRUE(job);
  slots_.bind<api::WaitJob>([&](const api::Context& context, const api::JobNamed&) -> Result<api::JobEnd> {
    context.progress("starting");
    context.accepted(*job);
    context.terms({.seconds_max = 7, .fuel_max = 8, .pages_max = 9, .base = {1}, .page = {2}, .asking = {3}});
    context.hooks->on_log("a log\n");
    context.news("half");
    ICN_TRY(context.out(view_of("output")));
    return fail(ErrorCode::trap, "after the first byte");
  });
  begin();
  std::string all;
  runtime::RunHooks hooks;
  hooks.on_log = [&](std::string_view text) { all += "l:" + std::string(text); };
  api::Context context;
  context.hooks = &hooks;
  context.progress = [&](std::string_view text) { all += "p:" + std::string(text) + "\n"; };
  context.news = [&](std::string_view text) { all += "n:" + std::string(text) + "\n"; };
  context.accepted = [&](const model::JobId& id) { all += id == *job ? "j\n" : "?\n"; };
  context.terms = [&](const api::RunTerms& terms) {
    all += terms.seconds_max == 7 && terms.pages_max == 9 && terms.asking.umana == 3 ? "t\n" : "?\n";
  };
  context.out = [&](ByteView piece) -> Result<void> {
    all += "o:" + std::string(text_of(piece)) + "\n";
    return {};
  };
  const auto answer = ask<&api::call<api::WaitJob>>(options_, context, {"x"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::trap);
  EXPECT_EQ(all, "p:starting\nj\nt\nl:a log\nn:half\no:output\n");
}

TEST_F(ClientTest, AStopReachesTheOperationAndItsAnswerComesBack) {
  std::atomic<bool> runs{false};
  slots_.bind<api::WorkJobs>([&](const api::Context& context, const api::WorkRequest&) -> Result<api::WorkDone> {
    runs = true;
    while (!context.stop_asked()) std::this_thread::yield();
    return api::WorkDone{.completed = 5};
  });
  begin();
  api::Context context;
  context.stop_asked = [&] { return runs.load(); };
  const auto answer = ask<&api::call<api::WorkJobs>>(options_, context, {});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->completed, 5U);
}

TEST_F(ClientTest, NothingThatListensIsBusyNotAHang) {
  options_.remote.path = folder_.path() / "none";
  api::Context context;
  const auto answer = ask<&api::describe_version>(options_, context, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::busy);
  EXPECT_EQ(answer.error().rule, kNoAnswer);
}

TEST_F(ClientTest, AnAnswerThatIsCutIsAnError) {
  auto handler = std::make_shared<testing::TestHandler>();
  handler->on_serve = [](Exchange& exchange) {
    ASSERT_TRUE(exchange.begin(200, {{"content-type", std::string(kFramesType)}}, std::nullopt));
    ASSERT_TRUE(exchange.write(view_of(frame_text(FrameKind::bytes, "part"))));
    exchange.abort();
  };
  start(std::move(handler));
  options_.remote.path = socket();
  api::Context context;
  const auto answer = ask<&api::describe_version>(options_, context, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::infrastructure);
}

TEST(TreeFrames, CarryAFolder) {
  const std::string text = frame_text(FrameKind::folder, "") + frame_text(FrameKind::file, "a") +
                           frame_text(FrameKind::bytes, "12") + frame_text(FrameKind::bytes, "34") +
                           frame_text(FrameKind::file, "b") + frame_text(FrameKind::end, "");
  std::size_t at = 0;
  TreeFrames tree([&](std::uint8_t* to, std::size_t size) -> Result<std::size_t> {
    const std::size_t piece = std::min<std::size_t>({size, 3, text.size() - at});
    std::memcpy(to, text.data() + at, piece);
    at += piece;
    return piece;
  });
  EXPECT_EQ((*tree.next_step())->kind, api::TreeStep::Kind::folder);
  EXPECT_EQ((*tree.next_step())->name, "a");
  std::uint8_t bytes[10];
  EXPECT_EQ(*tree.read(bytes, 10), 2U);
  EXPECT_EQ((*tree.next_step())->name, "b") << "what is not read is skipped";
  EXPECT_EQ(*tree.read(bytes, 10), 0U);
  EXPECT_EQ((*tree.next_step())->kind, api::TreeStep::Kind::end);
  EXPECT_FALSE(tree.next_step()->has_value());
}

TEST(Frames, RefuseWhatIsNotOne) {
  for (const std::string& text : {std::string("o\0\0", 3), std::string("o\xff\xff\xff\xff", 5),
                                  std::string("?\0\0\0\0", 5), std::string("o\0\0\0\2x", 6)}) {
    std::size_t at = 0;
    FrameReader reader([&](std::uint8_t* to, std::size_t size) -> Result<std::size_t> {
      const std::size_t piece = std::min(size, text.size() - at);
      std::memcpy(to, text.data() + at, piece);
      at += piece;
      return piece;
    });
    const auto frame = reader.next();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().rule, "frame");
  }
}

TEST(Remote, IsAnAddressOfANode) {
  for (const char* url : {"unix:/a/b", "http://127.0.0.1:7845", "http://[::1]:7845", "https://node.example:443"}) {
    const auto remote = Remote::parse(url);
    ASSERT_TRUE(remote) << url;
    EXPECT_EQ(remote->to_text(), url);
  }
  EXPECT_EQ(Remote::parse("https://node.example/")->port, 443);
  for (const char* url : {"", "unix:a", "http://", "http://127.0.0.1:", "http://127.0.0.1:0", "http://127.0.0.1:99999",
                          "http://127.0.0.1:1/path", "ftp://127.0.0.1", "http://a@127.0.0.1:1"}) {
    const auto remote = Remote::parse(url);
    ASSERT_FALSE(remote) << url;
    EXPECT_EQ(remote.error().rule, "node_url") << url;
  }
  EXPECT_EQ(Remote::parse("http://node.example:80").error().rule, kOnlyLoopback);
}

}  // namespace
}  // namespace icn::http
