// Goal: a key in a token signs as a key in memory does, and a token that refuses, fails or disappears signs nothing
// wrong. The token is SoftHSM's.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <p11-kit/p11-kit.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "backends/registry.hpp"
#include "backends/signer/pkcs11/hsm_key_store.hpp"
#include "backends/testing/files.hpp"

namespace icn::backends::signer::pkcs11 {
namespace {

constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr std::string_view kUserPin = "1234";
constexpr std::string_view kOperatorPin = "87654321";

CK_UTF8CHAR* text_of_pin(std::string_view pin) { return reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(pin.data())); }

// An initialised token named "icn".
struct Tokens : ::testing::Test {
  Tokens() {
    std::filesystem::create_directory(tokens());
    std::ofstream(folder / "softhsm2.conf")
        << "directories.tokendir = " << tokens().string() << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (folder / "softhsm2.conf").c_str(), 1);
    module.emplace(Module::load(kModule).value());
    CK_ULONG count = 1;
    EXPECT_EQ((*module)->C_GetSlotList(CK_FALSE, &slot, &count), CKR_OK);
    std::string label = "icn";
    label.resize(32, ' ');
    EXPECT_EQ((*module)->C_InitToken(slot, text_of_pin(kOperatorPin), kOperatorPin.size(), text_of_pin(label)), CKR_OK);
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    EXPECT_EQ((*module)->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
    EXPECT_EQ((*module)->C_Login(session, CKU_SO, text_of_pin(kOperatorPin), kOperatorPin.size()), CKR_OK);
    EXPECT_EQ((*module)->C_InitPIN(session, text_of_pin(kUserPin), kUserPin.size()), CKR_OK);
    EXPECT_EQ((*module)->C_CloseAllSessions(slot), CKR_OK);
  }
  ~Tokens() override {
    module.reset();
    std::filesystem::remove_all(folder);
  }

  std::filesystem::path tokens() const { return folder / "tokens"; }
  static std::string uri(const std::string& object = "alice", const std::string& token = "icn") {
    return "pkcs11:token=" + token + ";object=" + object + "?module-path=" + kModule;
  }
  static ports::TokenKey key(std::string of, std::string_view pin = kUserPin,
                             ports::TokenKeyAbsent absent = ports::TokenKeyAbsent::refused) {
    return {std::move(of), [pin]() -> Result<Secret> { return Secret::of(pin); }, absent};
  }
  static std::unique_ptr<HsmKeyStore> created(const std::string& object = "alice") {
    return HsmKeyStore::open(key(uri(object), kUserPin, ports::TokenKeyAbsent::created)).value();
  }
  static ipld::Cid body(std::size_t number) {
    return ipld::Cid::of(ipld::Codec::raw, bytes_of("body " + std::to_string(number)));
  }
  static bool signs(HsmKeyStore& store, std::size_t number = 0) {
    const auto signature = store.sign(model::SignatureTag::receipt, body(number));
    return signature && model::verify(model::SignatureTag::receipt, body(number), store.did(), *signature);
  }
  // What happens to every session when a token is pulled or reset. Past p11-kit, which lets each of its users close
  // only the user's own.
  void close_all_sessions() {
    CK_FUNCTION_LIST* raw = nullptr;
    void* const library = ::dlopen(kModule, RTLD_NOW);
    ASSERT_NE(library, nullptr);
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    ASSERT_EQ(get(&raw), CKR_OK);
    EXPECT_EQ(raw->C_CloseAllSessions(slot), CKR_OK);
    ::dlclose(library);
  }

  std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "icn-token-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();
  std::optional<Module> module;
  CK_SLOT_ID slot = 0;
};

TEST_F(Tokens, AKeyIsCreatedOnceAndFoundAgain) {
  EXPECT_EQ(HsmKeyStore::open(key(uri())).error().rule, "no_token_key");
  model::Did did;
  {
    const auto store = created();
    did = store->did();
    EXPECT_TRUE(signs(*store));
    EXPECT_EQ(store->descriptor().name, "pkcs11");
    EXPECT_EQ(store->descriptor().grade, ports::Grade::production);
  }
  const auto again = created();
  EXPECT_EQ(again->did(), did);
  EXPECT_NE(created("bob")->did(), did);
  const auto signature = again->sign(model::SignatureTag::job, body(1)).value();
  EXPECT_FALSE(model::verify(model::SignatureTag::order, body(1), did, signature));
  EXPECT_FALSE(model::verify(model::SignatureTag::job, body(2), did, signature));
  EXPECT_EQ(again->sign(model::SignatureTag::job, body(1)).value(), signature) << "Ed25519 is deterministic";
}

TEST_F(Tokens, TheSecretKeyCannotBeRead) {
  const auto store = created();
  const Session session = open_session(*module, *parse_uri(uri()).value(), kUserPin).value();
  std::array<std::uint8_t, 128> bytes{};
  CK_ATTRIBUTE value{CKA_VALUE, bytes.data(), bytes.size()};
  EXPECT_EQ((*module)->C_GetAttributeValue(session.handle, session.key, &value, 1), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 128>{}));
  CK_BBOOL extractable = CK_TRUE;
  CK_ATTRIBUTE flag{CKA_EXTRACTABLE, &extractable, sizeof extractable};
  EXPECT_EQ((*module)->C_GetAttributeValue(session.handle, session.key, &flag, 1), CKR_OK);
  EXPECT_EQ(extractable, CK_FALSE);
}

TEST_F(Tokens, AWrongPinIsRefusedAndNeverSentAgain) {
  const auto wrong = HsmKeyStore::open(key(uri(), "4321", ports::TokenKeyAbsent::created));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::wrong_passphrase);
  EXPECT_EQ(wrong.error().rule, "token_pin");
  EXPECT_EQ(wrong.error().detail.find("4321"), std::string::npos);

  // The PIN is changed while the store is open; the sessions that were logged in end.
  const auto store = created();
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  ASSERT_EQ((*module)->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  constexpr std::string_view kNewPin = "9999";
  ASSERT_EQ((*module)->C_SetPIN(session, text_of_pin(kUserPin), kUserPin.size(), text_of_pin(kNewPin), kNewPin.size()),
            CKR_OK);
  close_all_sessions();
  const auto refused = store->sign(model::SignatureTag::job, body(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::wrong_passphrase) << refused.error().detail;
  // Set back: the right PIN again, but the store remembers that it was refused.
  ASSERT_EQ((*module)->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  ASSERT_EQ((*module)->C_SetPIN(session, text_of_pin(kNewPin), kNewPin.size(), text_of_pin(kUserPin), kUserPin.size()),
            CKR_OK);
  const auto still = store->sign(model::SignatureTag::job, body(1));
  ASSERT_FALSE(still);
  EXPECT_EQ(still.error().rule, "token_pin");
  EXPECT_TRUE(signs(*HsmKeyStore::open(key(uri())).value()));
}

TEST_F(Tokens, ALostSessionCostsOneMoreAttempt) {
  const auto store = created();
  for (std::size_t round = 0; round < 5; ++round) {
    close_all_sessions();
    EXPECT_TRUE(signs(*store, round)) << round;
  }
}

TEST_F(Tokens, APulledTokenSignsNothing) {
  auto store = created();
  const model::Did did = store->did();
  EXPECT_TRUE(signs(*store));
  std::filesystem::rename(tokens(), folder / "pulled");
  close_all_sessions();
  for (int i = 0; i < 3; ++i) {
    const auto refused = store->sign(model::SignatureTag::job, body(1));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().code, ErrorCode::wrong_passphrase) << "the PIN is right: " << refused.error().detail;
  }
  std::filesystem::rename(folder / "pulled", tokens());
  // SoftHSM sees a token again when it is initialised again; a reader of smart cards sees it at once.
  store.reset();
  module.reset();
  module.emplace(Module::load(kModule).value());
  const auto again = HsmKeyStore::open(key(uri()));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ((*again)->did(), did);
  EXPECT_TRUE(signs(**again));
}

TEST_F(Tokens, ManyThreadsSignAtOnce) {
  const auto store = created();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 2 * HsmKeyStore::kSessionsMax; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < 20; ++i) good += signs(*store, thread * 100 + i) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 2 * static_cast<int>(HsmKeyStore::kSessionsMax) * 20);
}

// Not while they sign: SoftHSM itself crashes when a session ends under a running call.
TEST_F(Tokens, ManyThreadsGoOnAfterTheirSessionsAreLost) {
  const auto store = created();
  for (std::size_t round = 0; round < 5; ++round) {
    close_all_sessions();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < HsmKeyStore::kSessionsMax; ++thread) {
      threads.emplace_back([&, thread] { good += signs(*store, 100 * round + thread) ? 1 : 0; });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, static_cast<int>(HsmKeyStore::kSessionsMax)) << round;
  }
}

TEST_F(Tokens, UrisAreReadStrictly) {
  const std::string good = uri();
  EXPECT_TRUE(parse_uri(good)) << parse_uri(good).error().detail;
  const std::string cases[]{
      "",
      "alice",
      "pkcs11:",
      "pkcs11:token=icn;object=alice",
      std::string("pkcs11:token=icn?module-path=") + kModule,
      good + "&pin-value=1234",
      good + "&pin-source=file:/etc/pin",
      "pkcs11:token=icn;colour=red;object=alice?module-path=" + std::string(kModule),
      "pkcs11:token=%zz;object=alice?module-path=" + std::string(kModule),
  };
  for (const std::string& text : cases) {
    const auto parsed = parse_uri(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().rule, "token_uri") << text;
    EXPECT_EQ(parsed.error().detail.find("1234"), std::string::npos) << "the PIN in an error";
  }
  EXPECT_EQ(HsmKeyStore::open(key(uri("alice", "other"))).error().rule, "no_token");
  EXPECT_EQ(HsmKeyStore::open(key("pkcs11:object=a?module-path=/nowhere.so")).error().rule, "token_module");
}

TEST_F(Tokens, TheRegistryOpensIt) {
  const auto all = backends::signer::all();
  const auto row =
      std::find_if(all.begin(), all.end(), [](const auto* one) { return one->descriptor.name == "pkcs11"; });
  ASSERT_NE(row, all.end());
  const auto signer = (*row)->open(key(uri(), kUserPin, ports::TokenKeyAbsent::created));
  ASSERT_TRUE(signer) << signer.error().detail;
  EXPECT_TRUE((*signer)->sign(model::SignatureTag::job, body(1)));
  EXPECT_EQ((*row)->open(model::KeyPair::from_seed({})).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::backends::signer::pkcs11
