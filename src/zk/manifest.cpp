#include "zk/manifest.hpp"

#include <mutex>

#include "core/check.hpp"
#include "ipld/dag_cbor.hpp"
#include "zk/detail/development_keys.hpp"

namespace icn::zk {
namespace {

using ipld::CborMap;
using ipld::CborReader;
using ipld::CborWriter;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kTextBytesMax = 512;
constexpr std::size_t kDidBytesMax = 128;
constexpr std::size_t kKeyBytesMax = 4'096;
constexpr std::string_view kWhat = "zk keys";

Result<void> read_version(CborMap& map) {
  const std::uint64_t version = ICN_TRY(map.unsigned_integer("v"));
  if (version == 0) return map.bad("v", "0 is not a version");
  if (version <= kVersion) return {};
  return fail(ErrorCode::unsupported_version,
              "zk keys: version " + std::to_string(version) + " is newer than this program knows");
}

template <std::size_t N>
Result<void> read_fixed(CborMap& map, std::string_view field, std::array<std::uint8_t, N>& out) {
  const Bytes bytes = ICN_TRY(map.bytes(field, N));
  if (bytes.size() != N) return map.bad(field, "expected " + std::to_string(N) + " bytes");
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return {};
}

Result<ManifestKey> read_key(CborReader& reader) {
  CborMap map = ICN_TRY(CborMap::open(reader, kWhat, 4));
  ManifestKey key;
  const std::uint64_t version = ICN_TRY(map.unsigned_integer("v"));
  ICN_TRY(read_fixed(map, "proving", key.proving));
  const std::string name = ICN_TRY(map.text("statement", 64));
  const auto statement = find_statement(name);
  if (!statement) return map.bad("statement", statement.error().detail);
  key.statement = *statement;
  if (version != row_of(key.statement).version)
    return fail(ErrorCode::unsupported_version, "zk keys: version " + std::to_string(version) + " of " + name);
  key.verifying = ICN_TRY(map.bytes("verifying", kKeyBytesMax));
  ICN_TRY(map.close());
  return key;
}

Result<Manifest> read_body(ByteView bytes) {
  CborReader reader(bytes);
  CborMap map = ICN_TRY(CborMap::open(reader, kWhat, 6));
  Manifest manifest;
  ICN_TRY(read_version(map));
  const std::size_t count = ICN_TRY(map.array("keys", kStatements));
  for (std::size_t i = 0; i < count; ++i) {
    manifest.keys.push_back(ICN_TRY(read_key(map.reader())));
    if (i != 0 && manifest.keys[i - 1].statement >= manifest.keys[i].statement)
      return map.bad("keys", "not in the order of the statements, each once");
  }
  manifest.time.value = ICN_TRY(map.unsigned_integer("time"));
  const std::string signer = ICN_TRY(map.text("signer", kDidBytesMax));
  auto did = model::Did::parse(signer);
  if (!did) return map.bad("signer", did.error().detail);
  manifest.signer = *did;
  manifest.ceremony = ICN_TRY(map.text("ceremony", kTextBytesMax));
  manifest.origin = ICN_TRY(map.boolean("development")) ? Origin::development : Origin::ceremony;
  ICN_TRY(map.close());
  ICN_TRY(reader.end());
  return manifest;
}

}  // namespace

ipld::Block Manifest::body() const {
  CborWriter writer(8'192);
  writer.map(6);
  writer.key("v").unsigned_integer(kVersion);
  writer.key("keys").array(keys.size());
  for (const ManifestKey& key : keys) {
    writer.map(4);
    writer.key("v").unsigned_integer(row_of(key.statement).version);
    writer.key("proving").bytes(key.proving);
    writer.key("statement").text(row_of(key.statement).name);
    writer.key("verifying").bytes(key.verifying);
  }
  writer.key("time").unsigned_integer(time.value);
  writer.key("signer").text(signer.to_text());
  writer.key("ceremony").text(ceremony);
  writer.key("development").boolean(origin == Origin::development);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

ipld::Block Manifest::to_block() const {
  CborWriter writer(8'192);
  writer.map(3);
  writer.key("v").unsigned_integer(kVersion);
  writer.key("sig").bytes(signature);
  writer.key("body").bytes(body().bytes);
  return ipld::Block::of(ipld::Codec::dag_cbor, writer.take());
}

Result<Manifest> Manifest::from_bytes(ByteView bytes) {
  if (bytes.size() > kManifestBytesMax)
    return refuse(ErrorCode::limit_exceeded, "zk_manifest_bytes", "The file is too large for a manifest of keys.");
  CborReader reader(bytes);
  CborMap map = ICN_TRY(CborMap::open(reader, kWhat, 3));
  ICN_TRY(read_version(map));
  model::Signature signature{};
  ICN_TRY(read_fixed(map, "sig", signature));
  const Bytes body = ICN_TRY(map.bytes("body", kManifestBytesMax));
  ICN_TRY(map.close());
  ICN_TRY(reader.end());
  Manifest manifest = ICN_TRY(read_body(body));
  manifest.signature = signature;
  ICN_TRY(model::verify(model::SignatureTag::zk_keys, manifest.body().cid, manifest.signer, signature));
  return manifest;
}

Seed development_seed(Statement statement) {
  Bytes text = bytes_of("ICN-ZK-DEVELOPMENT-v1");
  text.push_back(0);
  append(text, row_of(statement).name);
  text.push_back(0);
  append_be64(text, row_of(statement).version);
  return ipld::sha256(text);
}

model::KeyPair development_signer() {
  return model::KeyPair::from_seed(ipld::sha256(view_of("ICN-ZK-DEVELOPMENT-v1")));
}

const Manifest& development_manifest() {
  static const Manifest manifest = [] {
    Manifest made;
    made.origin = Origin::development;
    made.ceremony = "none: the secrets are public";
    const model::KeyPair signer = development_signer();
    made.signer = signer.did();
    for (const StatementRow& row : statement_table()) {
      const auto& texts = detail::kDevelopmentKeys[static_cast<std::size_t>(row.statement)];
      const auto verifying = from_hex(texts.verifying);
      const auto proving = from_hex(texts.proving);
      ICN_CHECK(verifying.has_value() && proving.has_value() && proving->size() == sizeof(ipld::Digest));
      ManifestKey key{row.statement, *verifying, {}};
      std::copy(proving->begin(), proving->end(), key.proving.begin());
      made.keys.push_back(std::move(key));
    }
    made.signature = signer.sign(model::SignatureTag::zk_keys, made.body().cid);
    return made;
  }();
  return manifest;
}

const ipld::Cid& development_cid() {
  static const ipld::Cid cid = development_manifest().to_block().cid;
  return cid;
}

const Bytes& development_proving_key(Statement statement) {
  static std::array<std::once_flag, kStatements> once;
  static std::array<Bytes, kStatements> keys;
  const auto at = static_cast<std::size_t>(statement);
  std::call_once(once[at], [&] { keys[at] = set_up(statement, development_seed(statement)).proving; });
  return keys[at];
}

Result<KeyRing> KeyRing::of(Manifest manifest, std::optional<Statement> only) {
  KeyRing ring(std::move(manifest));
  for (const ManifestKey& key : ring.manifest_.keys) {
    if (only && *only != key.statement) continue;
    ring.keys_[static_cast<std::size_t>(key.statement)] =
        std::make_shared<const VerifyingKey>(ICN_TRY(VerifyingKey::prepare(key.statement, key.verifying)));
  }
  return ring;
}

const VerifyingKey* KeyRing::find(Statement statement) const {
  return keys_[static_cast<std::size_t>(statement)].get();
}

Result<void> check_origin(const Manifest& manifest, Accept accept) {
  if (manifest.origin == Origin::ceremony || accept == Accept::development_keys_too) return {};
  return refuse(ErrorCode::permission_denied, "zk_development_keys",
                "The proof is under development keys, with which everything can be proven, also what is false.");
}

}  // namespace icn::zk
