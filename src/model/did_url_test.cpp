// Goal: a DID or DID URL is read by the grammar of DID Core, printed unchanged, and anything else is refused.
#include "model/did_url.hpp"

#include <gtest/gtest.h>

#include <random>

namespace icn::model {
namespace {

struct Parts {
  std::string_view text;
  std::string_view method;
  std::string_view id;
  std::string_view path = {};
  std::optional<std::string_view> query = {};
  std::optional<std::string_view> fragment = {};
};

TEST(DidUrl, IsReadIntoItsPartsAndPrintedUnchanged) {
  constexpr Parts kCases[]{
      {"did:web:example.com:user:alice/profile#key-1", "web", "example.com:user:alice", "/profile", {}, "key-1"},
      {"did:key:z6MkjExample/service?foo=bar#frag", "key", "z6MkjExample", "/service", "foo=bar", "frag"},
      {"did:example:123", "example", "123"},
      {"did:example:123?", "example", "123", "", ""},
      {"did:example:123#", "example", "123", "", {}, ""},
      {"did:example:123?#", "example", "123", "", "", ""},
      {"did:example:123/", "example", "123", "/"},
      {"did:example:123#a/b?c", "example", "123", "", {}, "a/b?c"},
      {"did:example:123?a=/b?c&d='~!$()*+,;:@-._'", "example", "123", "", "a=/b?c&d='~!$()*+,;:@-._'"},
      {"did:web:localhost%3A8443", "web", "localhost%3A8443"},
      {"did:web:localhost%3a8443:a%20b", "web", "localhost%3a8443:a%20b"},
      {"did:a1:b::c", "a1", "b::c"},
      {"did:x:::y", "x", "::y"},
      {"did:x:A-b_c.9", "x", "A-b_c.9"},
      {"did:x:y/p%20q;z=1/:@", "x", "y", "/p%20q;z=1/:@"},
  };
  for (const Parts& one : kCases) {
    SCOPED_TRACE(one.text);
    const auto url = DidUrl::parse(one.text);
    ASSERT_TRUE(url) << url.error().detail;
    EXPECT_EQ(url->text(), one.text);
    EXPECT_EQ(url->method(), one.method);
    EXPECT_EQ(url->id(), one.id);
    EXPECT_EQ(url->path(), one.path);
    EXPECT_EQ(url->query(), one.query);
    EXPECT_EQ(url->fragment(), one.fragment);
    EXPECT_EQ(url->did(), "did:" + std::string(one.method) + ":" + std::string(one.id));
    EXPECT_EQ(url->is_did(), url->did() == one.text);
    EXPECT_EQ(DidUrl::parse_did(one.text).has_value(), url->is_did());
  }
}

TEST(DidUrl, RefusesWhatIsNotOne) {
  const std::string kCases[]{
      "",
      "did",
      "did:",
      "did::",
      "did::x",
      "did:key",
      "did:key:",
      "DID:key:x",
      "Did:key:x",
      " did:key:x",
      "did:key:x ",
      "did:key:x\n",
      "xdid:key:x",
      "did:Key:x",
      "did:KEY:x",
      "did:k-y:x",
      "did:k_y:x",
      "did:" + std::string(100, 'k') + ":x",
      "did:key;drop table:x",
      "did:key<script>:x",
      std::string("did:key\0:x", 11),
      std::string("did:key:x\0", 10),
      "did:../../../etc/passwd:x",
      "did:../../../etc/passwd",
      "did:key:/x",
      "did:key:?x",
      "did:key:#x",
      "did:key:x:",
      "did:key::",
      "did:key:x:/p",
      "did:key:a b",
      "did:key:a~b",
      "did:key:a+b",
      "did:key:a@b",
      "did:key:%",
      "did:key:%4",
      "did:key:%4g",
      "did:key:%%41",
      "did:web:ex\xd0\xb0mple.com",
      "did:web:example.com\r\nHost:x",
      "did:key:x/a b",
      "did:key:x/%zz",
      "did:key:x/a\\b",
      "did:key:x/[a]",
      "did:key:x?a b",
      "did:key:x?\"",
      "did:key:x#a#b",
      "did:key:x#<a>",
      "did:key:x#%",
      "{\"method\":\"key\",\"id_string\":\"z6Mk\"}",
  };
  for (const std::string& text : kCases) {
    const auto url = DidUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::invalid_argument) << text;
    EXPECT_EQ(url.error().rule, "did_syntax") << text;
    EXPECT_LT(url.error().detail.size(), 300U);
    for (const char c : url.error().detail)
      EXPECT_TRUE(c < 0 || c >= ' ') << text << ": a control character in the error";
  }
  EXPECT_TRUE(DidUrl::parse("did:x:" + std::string(kDidUrlBytesMax - 6, 'a')));
  EXPECT_EQ(DidUrl::parse("did:x:" + std::string(kDidUrlBytesMax - 5, 'a')).error().code, ErrorCode::limit_exceeded);
}

// An independent reading of the grammar, one character after another.
bool follows_the_grammar(std::string_view text) {
  if (text.substr(0, 4) != "did:") return false;
  std::size_t at = 4;
  const auto hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  const auto encoded = [&] {
    return at + 2 < text.size() && text[at] == '%' && hex(text[at + 1]) && hex(text[at + 2]);
  };
  const auto one_of = [&](std::string_view set) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
                                (text[at] != '\0' && set.find(text[at]) != std::string_view::npos));
  };
  const auto run = [&](std::string_view set) {
    for (;;) {
      if (one_of(set)) {
        ++at;
      } else if (encoded()) {
        at += 3;
      } else {
        return;
      }
    }
  };
  const std::size_t method = at;
  while (at < text.size() && (std::islower(static_cast<unsigned char>(text[at])) != 0 ||
                              std::isdigit(static_cast<unsigned char>(text[at])) != 0))
    ++at;
  if (at == method || at - method > kDidMethodBytesMax || at == text.size() || text[at] != ':') return false;
  const std::size_t id = ++at;
  run(".-_:");
  if (at == id || text[at - 1] == ':') return false;
  constexpr std::string_view kPchar = "-._~!$&'()*+,;=:@";
  while (at < text.size() && text[at] == '/') {
    ++at;
    run(kPchar);
  }
  for (const char mark : {'?', '#'}) {
    if (at == text.size() || text[at] != mark) continue;
    ++at;
    run(std::string(kPchar) + "/?");
  }
  return at == text.size();
}

TEST(DidUrl, AgreesWithAnIndependentReadingOfTheGrammar) {
  constexpr std::string_view kGood[]{
      "did:web:example.com%3A8443:user:alice/profile/x?service=files&a=%20#key-1",
      "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
      "did:peer:2.Vz6Mk.SeyJ0IjoiZG0ifQ?#",
  };
  constexpr std::string_view kAlphabet = "did:key:/?#%%3A41zZ09.-_~ \"<>[]{}|\\^`\n\x7f\xc3@!$&'()*+,;=";
  std::mt19937_64 random(16);
  std::size_t accepted = 0;
  for (std::size_t round = 0; round < 50'000; ++round) {
    std::string text(kGood[random() % std::size(kGood)]);
    for (std::size_t change = 1 + random() % 3; change > 0; --change) {
      const std::size_t at = random() % text.size();
      const char c = random() % 8 == 0 ? static_cast<char>(random()) : kAlphabet[random() % kAlphabet.size()];
      switch (random() % 4) {
        case 0:
          text.erase(at, 1 + random() % 4);
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        default:
          text[at] = c;
      }
      if (text.empty()) text = "d";
    }
    const auto url = DidUrl::parse(text);
    ASSERT_EQ(url.has_value(), follows_the_grammar(text)) << text;
    if (!url) continue;
    ++accepted;
    std::string printed = std::string(url->did()) + std::string(url->path());
    if (url->query()) printed += "?" + std::string(*url->query());
    if (url->fragment()) printed += "#" + std::string(*url->fragment());
    ASSERT_EQ(printed, text);
  }
  EXPECT_GT(accepted, 2'000U);
}

}  // namespace
}  // namespace icn::model
