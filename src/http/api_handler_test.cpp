// Goal: rows of the table answer over HTTP with the status, the type and the bytes that they should.
#include "http/api_handler.hpp"

#include <atomic>

#include <nlohmann/json.hpp>

#include "api/job_runs.hpp"
#include "http/detail/range.hpp"
#include "http/testing/server_fixture.hpp"

namespace icn::http {
namespace {

using api::Json;

struct Reply {
  std::string status;  // "200"
  std::string head;
  std::string body;
};

class ApiHandlerTest : public testing::ServerTest {
 protected:
  // The rows that need no node are served; the caller has this role.
  void begin(api::Role role, ApiOptions options = {}) {
    struct FixedGate : Gate {
      Caller caller;
      Result<Caller> identify(const Request& request) const override {
        if (find_header(request.headers, "x-wrong") != nullptr)
          return refuse(ErrorCode::invalid_signature, "credentials", "the key is not known");
        return caller;
      }
    };
    auto gate = std::make_shared<FixedGate>();
    gate->caller = {.role = role, .did = model::Did(), .name = "test"};
    options.context = [this](const Caller& caller) { return api::Context{.caller = caller.did, .slots = slots_}; };
    options.gate = gate;
    options.spool_folder = folder_.path();
    start(api_handler(std::move(options)));
  }

  const api::Slots* slots_ = nullptr;

  Reply ask(std::string_view line, std::string_view headers = "", std::string_view body = "") {
    std::string text = std::string(line) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + std::string(headers);
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const std::string all = say(text + "\r\n" + std::string(body));
    const std::size_t end = all.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    return {all.substr(9, 3), all.substr(0, end + 2), all.substr(end + 4)};
  }
};

TEST_F(ApiHandlerTest, ARowAnswersWithJson) {
  begin(api::Role::open);
  const Reply reply = ask("GET /v1/version");
  EXPECT_EQ(reply.status, "200");
  EXPECT_NE(reply.head.find("\r\ncontent-type: application/json\r\n"), std::string::npos) << reply.head;
  const Json answer = Json::parse(reply.body);
  EXPECT_TRUE(api::find_operation("node.version")->check_answer(answer));
}

TEST_F(ApiHandlerTest, APageIsSentOnceToAClientThatKeepsIt) {
  begin(api::Role::open);
  const Reply first = ask("GET /");
  EXPECT_EQ(first.status, "200");
  const std::size_t at = first.head.find("\r\netag: ") + 8;
  const std::string tag = first.head.substr(at, first.head.find("\r\n", at) - at);
  EXPECT_EQ(tag.size(), 34U) << first.head;
  const Reply again = ask("GET /", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status, "304");
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(ask("GET /", "If-None-Match: \"other\"\r\n").status, "200");
}

TEST_F(ApiHandlerTest, BytesOfTheRequestStreamIn) {
  begin(api::Role::open);
  const Reply reply = ask("POST /v1/dag/cid?codec=raw", "", "hello");
  EXPECT_EQ(reply.status, "200") << reply.body;
  EXPECT_NE(reply.body.find("bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"), std::string::npos)
      << reply.body;
}

TEST_F(ApiHandlerTest, TheClientChoosesBytesOrTheAnswerOrBoth) {
  begin(api::Role::open);
  const Reply bytes = ask("GET /v1/abi");
  EXPECT_EQ(bytes.status, "200");
  EXPECT_NE(bytes.head.find("application/octet-stream"), std::string::npos);
  EXPECT_NE(bytes.head.find("transfer-encoding: chunked"), std::string::npos);
  const Reply json = ask("GET /v1/abi", "Accept: application/json\r\n");
  EXPECT_TRUE(api::find_operation("node.abi")->check_answer(Json::parse(json.body)));
  const Reply frames = ask("GET /v1/version", "Accept: application/vnd.icn.frames\r\n");
  EXPECT_NE(frames.head.find(kFramesType), std::string::npos);
  EXPECT_NE(frames.body.find("a" + std::string(2, '\0')), std::string::npos) << "one frame, the answer";
}

TEST_F(ApiHandlerTest, ErrorsAreProblemDocuments) {
  begin(api::Role::operate);
  const Reply reply = ask("GET /v1/jobs?count=many");
  EXPECT_EQ(reply.status, "400");
  EXPECT_NE(reply.head.find("content-type: application/problem+json"), std::string::npos);
  const Error error = read_problem(reply.body);
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.rule, "wrong_type");
  EXPECT_EQ(ask("GET /v1/jobs").status, "501") << "no node is open";
}

TEST_F(ApiHandlerTest, PathsAndMethodsThatAreNotThere) {
  begin(api::Role::operate);
  EXPECT_EQ(ask("GET /lost").status, "404");
  EXPECT_EQ(ask("GET /v1/jobs/%zz").status, "400");
  const Reply reply = ask("PUT /v1/jobs");
  EXPECT_EQ(reply.status, "405");
  EXPECT_NE(reply.head.find("allow: POST, GET, HEAD\r\n"), std::string::npos) << reply.head;
  EXPECT_EQ(ask("POST /health").status, "405");
  EXPECT_EQ(ask("OPTIONS /v1/jobs", "Origin: https://example.com\r\n").status, "405");
}

TEST_F(ApiHandlerTest, ABodyIsJson) {
  begin(api::Role::operate);
  EXPECT_EQ(ask("POST /v1/jobs/x/cancel", "Content-Type: text/plain\r\n", "{}").status, "415");
  EXPECT_EQ(ask("POST /v1/jobs/x/cancel", "", "{}").status, "415");
  EXPECT_EQ(ask("POST /v1/jobs/x/cancel", "Content-Type: Application/JSON; charset=utf-8\r\n", "{").status, "400");
}

TEST_F(ApiHandlerTest, HealthIsOpenAndTheRestIsNot) {
  begin(api::Role::open);
  EXPECT_EQ(ask("GET /health").body, "{\"status\":\"ok\"}\n");
  const Reply reply = ask("GET /v1/jobs");
  EXPECT_EQ(reply.status, "401");
  EXPECT_NE(reply.head.find("www-authenticate: "), std::string::npos);
  EXPECT_NE(ask("GET /v1/version", "X-Wrong: 1\r\n").head.find("www-authenticate: Bearer"), std::string::npos);
  EXPECT_EQ(ask("GET /health", "X-Wrong: 1\r\n").status, "401") << "wrong credentials are an error everywhere";
}

TEST_F(ApiHandlerTest, ARoleIsRequiredByTheRow) {
  begin(api::Role::read);
  EXPECT_EQ(ask("GET /v1/jobs").status, "501");
  EXPECT_EQ(ask("POST /v1/jobs", "Content-Type: application/json\r\n", "{}").status, "403");
  EXPECT_EQ(ask("GET /v1/keys").status, "403");
}

TEST_F(ApiHandlerTest, OnlyTheMemberActsInItsName) {
  std::array<std::uint8_t, 32> other{1};
  begin(api::Role::operate, {.member = model::Did::of_key(other)});
  const Reply reply = ask("POST /v1/jobs/x/cancel", "Content-Type: application/json\r\n", "{}");
  EXPECT_EQ(reply.status, "403");
  EXPECT_EQ(read_problem(reply.body).rule, "other_member");
}

TEST_F(ApiHandlerTest, BodiesInMemoryAreBoundedTogether) {
  begin(api::Role::operate, {.json_memory_max = 10});
  EXPECT_EQ(ask("POST /v1/jobs/x/cancel", "Content-Type: application/json\r\n", "{          }").status, "503");
}

TEST_F(ApiHandlerTest, OtherUsersGetOnlyWhatIsOpen) {
  const auto gate = owner_gate(model::Did());
  EXPECT_EQ(gate->identify({.peer = {.user = ::geteuid()}})->role, api::Role::operate);
  EXPECT_EQ(gate->identify({.peer = {.user = ::geteuid() + 1}})->role, api::Role::open);
  EXPECT_EQ(gate->identify({.peer = {.address = "127.0.0.1"}})->role, api::Role::open);
}

TEST_F(ApiHandlerTest, DescribesItself) {
  begin(api::Role::open);
  const Reply plain = ask("GET /v1/openapi.json");
  EXPECT_EQ(Json::parse(plain.body)["openapi"], "3.1.0");
  const Reply packed = ask("GET /v1/openapi.json", "Accept-Encoding: br, gzip\r\n");
  EXPECT_NE(packed.head.find("content-encoding: gzip\r\n"), std::string::npos) << packed.head;
  EXPECT_LT(packed.body.size(), plain.body.size() / 4);
  EXPECT_EQ(ask("GET /v1/openapi.json", "Accept-Encoding: gzip;q=0\r\n").body, plain.body);
}

// Counts how often an operation runs.
struct Counted {
  api::Slots slots;
  std::atomic<int> runs{0};
  Counted() {
    slots.bind<api::WorkJobs>([this](const api::Context&, const api::WorkRequest&) -> Result<api::WorkDone> {
      if (++runs == 1 && fails_first) return icn::refuse(ErrorCode::busy, "test", "later");
      return api::WorkDone{.completed = static_cast<std::uint64_t>(runs.load())};
    });
  }
  bool fails_first = false;
};

TEST_F(ApiHandlerTest, ARequestWithAKeyIsExecutedOnce) {
  Counted counted;
  ApiOptions options;
  slots_ = &counted.slots;
  begin(api::Role::operate, std::move(options));
  const std::string key = "Idempotency-Key: one\r\nContent-Type: application/json\r\n";
  const Reply first = ask("POST /v1/jobs/work", key, "{}");
  EXPECT_EQ(first.status, "200") << first.body;
  EXPECT_EQ(ask("POST /v1/jobs/work", key, "{}").body, first.body);
  EXPECT_EQ(counted.runs.load(), 1);
  EXPECT_EQ(ask("POST /v1/jobs/work", key, "{ }").status, "409") << "the key of another request";
  EXPECT_EQ(ask("POST /v1/jobs/work").status, "200");
  EXPECT_EQ(counted.runs.load(), 2);
  EXPECT_EQ(ask("POST /v1/jobs/x/wait", key, "{}").status, "400") << "its answer is bytes";
}

TEST_F(ApiHandlerTest, ARepeatOfWhatMayWorkLaterIsExecuted) {
  Counted counted;
  counted.fails_first = true;
  slots_ = &counted.slots;
  begin(api::Role::operate);
  const std::string key = "Idempotency-Key: one\r\nContent-Type: application/json\r\n";
  EXPECT_EQ(ask("POST /v1/jobs/work", key, "{}").status, "503");
  EXPECT_EQ(ask("POST /v1/jobs/work", key, "{}").status, "200");
}

TEST_F(ApiHandlerTest, TheGatewayTakesWholeCids) {
  begin(api::Role::read);
  EXPECT_EQ(ask("GET /ipfs/bafy").status, "400");
  const std::string cid = "/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
  EXPECT_EQ(ask("GET " + cid).status, "501") << "no node is open";
  EXPECT_EQ(ask("GET " + cid + "?format=zip").status, "400");
  EXPECT_EQ(ask("GET " + cid + "/a?format=raw").status, "400");
  EXPECT_EQ(ask("POST " + cid).status, "405");
}

TEST_F(ApiHandlerTest, WhatIsCachedIsNotSentAgain) {
  begin(api::Role::read);
  const std::string cid = "GET /ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
  const Reply reply = ask(cid, "If-None-Match: *\r\n");
  EXPECT_EQ(reply.status, "304");
  const std::size_t at = reply.head.find("etag: ") + 6;
  const std::string tag = reply.head.substr(at, reply.head.find("\r\n", at) - at);
  EXPECT_EQ(tag.size(), 34U);
  EXPECT_NE(reply.head.find("immutable"), std::string::npos);
  EXPECT_EQ(ask(cid, "If-None-Match: \"x\", " + tag + "\r\n").status, "304");
  EXPECT_EQ(ask(cid, "If-None-Match: \"x\"\r\n").status, "501");
  EXPECT_EQ(ask(cid + "?format=raw", "If-None-Match: " + tag + "\r\n").status, "501") << "other bytes";
}

TEST(Range, IsOneRangeOfBytes) {
  using detail::parse_range;
  const auto text = [](std::string_view range) {
    const auto span = parse_range(range, 10);
    if (!span) return span.error().rule;
    return *span ? (*span)->to_text() : std::string("ignored");
  };
  EXPECT_EQ(text("bytes=0-3"), "bytes 0-3/10");
  EXPECT_EQ(text("bytes=4-"), "bytes 4-9/10");
  EXPECT_EQ(text("bytes=-3"), "bytes 7-9/10");
  EXPECT_EQ(text("bytes=-30"), "bytes 0-9/10");
  EXPECT_EQ(text("bytes=8-99"), "bytes 8-9/10");
  EXPECT_EQ(text("bytes=10-"), "range");
  EXPECT_EQ(text("bytes=-0"), "range");
  for (const char* bad : {"bytes=", "bytes=-", "bytes=3-1", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=1--2"})
    EXPECT_EQ(text(bad), "ignored") << bad;
}

TEST_F(ApiHandlerTest, PagesAreServedToTheirRole) {
  ApiOptions options;
  options.pages.push_back({"/metrics", api::Role::read, [] { return Answer{200, {}, "icn_up 1\n"}; }});
  begin(api::Role::read, std::move(options));
  EXPECT_EQ(ask("GET /metrics").body, "icn_up 1\n");
}

}  // namespace
}  // namespace icn::http
