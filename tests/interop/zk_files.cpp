// Zero knowledge as files, for the test that compares with snarkjs. Bytes are hexadecimal text.
//   zk_files make FOLDER     circuit.r1cs and values.wtns of a true statement; a proof of it, its inputs and its key
//   zk_files check FOLDER    exit 0 if the proof in FOLDER holds with the key there
//   zk_files import FOLDER   reads final.zkey of a ceremony; a proof under its keys replaces the one there
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "zk/testing/issuer.hpp"

namespace icn::zk {
namespace {

// The smallest circuit.
constexpr Statement kStatement = Statement::balance_in_range;

Bytes read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}
void write(const std::string& path, ByteView bytes) { std::ofstream(path, std::ios::binary) << text_of(bytes); }
Bytes read_hex(const std::string& path) { return from_hex(text_of(read(path))).value(); }
void write_hex(const std::string& path, ByteView bytes) { write(path, view_of(to_hex(bytes))); }

Proof statement() {
  const Witness witness = testing::true_witness(kStatement);
  Proof proof = prove(witness, testing::without_keys()).value();
  proof.system = System::groth16;
  return proof;
}

void write_proof(const std::string& folder, const KeyPair& keys) {
  const std::vector<Element> inputs = statement().inputs();
  const std::vector<Element> hidden = hidden_of(testing::true_witness(kStatement));
  Bytes all;
  for (const Element& input : inputs) append(all, ByteView(input));
  write_hex(folder + "/inputs.hex", all);
  write_hex(folder + "/verifying.hex", keys.verifying);
  write_hex(folder + "/proof.hex", prove(kStatement, keys.proving, inputs, hidden, Seed{3}).value());
}

int run(const std::string& command, const std::string& folder) {
  if (command == "make") {
    write(folder + "/circuit.r1cs", circuit_file(kStatement));
    write(folder + "/values.wtns",
          values_file(kStatement, statement().inputs(), hidden_of(testing::true_witness(kStatement))).value());
    write_proof(folder, set_up(kStatement, development_seed(kStatement)));
    return 0;
  }
  if (command == "import") {
    write_proof(folder, keys_of_ceremony(kStatement, read(folder + "/final.zkey")).value());
    return 0;
  }
  if (command != "check") return 2;
  const auto key = VerifyingKey::prepare(kStatement, read_hex(folder + "/verifying.hex"));
  const Bytes all = read_hex(folder + "/inputs.hex");
  std::vector<Element> inputs(all.size() / sizeof(Element));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Element)), sizeof(Element), inputs[i].begin());
  const auto held = key ? key->holds(read_hex(folder + "/proof.hex"), inputs) : Result<bool>(false);
  std::cout << testing::shown(held) << "\n";
  return held && *held ? 0 : 1;
}

}  // namespace
}  // namespace icn::zk

int main(int argc, char** argv) { return argc == 3 ? icn::zk::run(argv[1], argv[2]) : 2; }
