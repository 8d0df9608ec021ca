#include "generated_job.hpp"

#include "abi/host_call.hpp"

namespace icn::attack {
namespace {

constexpr std::uint32_t kMemoryBytes = 65'536;
constexpr std::uint8_t kI32 = 0x7f;
constexpr std::uint8_t kI64 = 0x7e;
// Locals of `run`: the last result and the remaining rounds.
constexpr std::uint8_t kLast = 0;
constexpr std::uint8_t kRounds = 1;

void put_unsigned(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}
void put_signed(Bytes& out, std::int64_t value) {
  for (;;) {
    const auto digits = static_cast<std::uint8_t>(value & 0x7f);
    value >>= 7;
    const bool last = (value == 0 && (digits & 0x40) == 0) || (value == -1 && (digits & 0x40) != 0);
    out.push_back(last ? digits : static_cast<std::uint8_t>(digits | 0x80));
    if (last) return;
  }
}
void put_name(Bytes& out, std::string_view name) {
  put_unsigned(out, name.size());
  append(out, view_of(name));
}
void put_section(Bytes& out, std::uint8_t id, const Bytes& content) {
  out.push_back(id);
  put_unsigned(out, content.size());
  append(out, content);
}

class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  std::uint32_t word() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | byte();
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

struct PoolText {
  std::uint32_t address = 0;
  std::uint32_t length = 0;
};

class Body {
 public:
  Body(Choices choices, std::vector<PoolText> pool) : choices_(choices), pool_(std::move(pool)) {}

  Bytes take() {
    // (local i64 i32), the rounds, and a loop around all of it.
    out_ = {2, 1, kI64, 1, kI32};
    i32(choices_.byte() % 8 + 1);
    append(out_, Bytes{0x21, kRounds, 0x03, 0x40});
    for (int calls = 0; calls < 24 && !choices_.empty(); ++calls) step();
    append(out_, Bytes{0x20, kRounds, 0x41, 1, 0x6b, 0x22, kRounds, 0x0d, 0, 0x0b});
    append(out_, Bytes{0x20, kLast, 0x0b});
    return std::move(out_);
  }

 private:
  void i32(std::uint32_t value) {
    out_.push_back(0x41);
    put_signed(out_, static_cast<std::int32_t>(value));
  }

  void step() {
    const std::uint8_t what = choices_.byte();
    if (what >= 250) {
      i32(choices_.byte() % 4);
      append(out_, Bytes{0x40, 0, 0x1a});  // memory.grow, drop
      return;
    }
    if (what >= 244) {
      i32(argument());
      i32(choices_.byte());
      i32(choices_.word() % kMemoryBytes);
      append(out_, Bytes{0xfc, 0x0b, 0});  // memory.fill
      return;
    }
    call(abi::host_table()[what % abi::host_table().size()], what % abi::host_table().size());
  }

  void call(const abi::HostFn& fn, std::size_t index) {
    std::size_t slot = 0;
    for (const abi::ArgInfo& arg : fn.args) {
      if (arg.slots == 2 && choices_.byte() % 4 != 0) {
        const PoolText& text = pool_[choices_.byte() % pool_.size()];
        i32(text.address);
        i32(text.length);
      } else {
        for (std::size_t i = 0; i < arg.slots; ++i) number(fn.params[slot + i]);
      }
      slot += arg.slots;
    }
    out_.push_back(0x10);
    put_unsigned(out_, index);
    if (fn.results.empty()) return;
    if (fn.results[0] == abi::WasmType::i32) out_.push_back(0xac);  // i64.extend_i32_s
    append(out_, Bytes{0x21, kLast});
  }

  std::uint32_t argument() {
    switch (choices_.byte() % 5) {
      case 0:
        return choices_.byte() % 8;
      case 1:
        return kMemoryBytes - choices_.byte();
      case 2:
        return choices_.word();
      case 3:
        return pool_[choices_.byte() % pool_.size()].address;
      default:
        return choices_.byte() * 256U;
    }
  }
  void number(abi::WasmType type) {
    if (choices_.byte() % 8 == 0) {
      append(out_, Bytes{0x20, kLast});
      if (type == abi::WasmType::i32) out_.push_back(0xa7);  // i32.wrap_i64
      return;
    }
    if (type == abi::WasmType::i32) {
      i32(argument());
      return;
    }
    out_.push_back(0x42);
    put_signed(out_, choices_.byte() % 2 == 0 ? static_cast<std::int64_t>(argument())
                                              : -static_cast<std::int64_t>(argument()));
  }

  Choices choices_;
  std::vector<PoolText> pool_;
  Bytes out_;
};

}  // namespace

Bytes generated_module(std::span<const std::uint8_t> choices, const std::vector<std::string>& pool) {
  const std::span<const abi::HostFn> rows = abi::host_table();
  Bytes types;
  Bytes imports;
  put_unsigned(types, rows.size() + 1);
  put_unsigned(imports, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    types.push_back(0x60);
    for (const auto list : {rows[i].params, rows[i].results}) {
      put_unsigned(types, list.size());
      for (const abi::WasmType type : list) types.push_back(type == abi::WasmType::i32 ? kI32 : kI64);
    }
    put_name(imports, rows[i].module);
    put_name(imports, rows[i].name);
    imports.push_back(0);
    put_unsigned(imports, i);
  }
  append(types, Bytes{0x60, 0, 1, kI64});
  Bytes functions{1};
  put_unsigned(functions, rows.size());
  Bytes exports{2};
  put_name(exports, "memory");
  append(exports, Bytes{2, 0});
  put_name(exports, "run");
  exports.push_back(0);
  put_unsigned(exports, rows.size());
  Bytes data;
  put_unsigned(data, pool.size());
  std::vector<PoolText> texts;
  std::uint32_t address = 1'024;
  for (const std::string& text : pool) {
    texts.push_back({address, static_cast<std::uint32_t>(text.size())});
    append(data, Bytes{0, 0x41});
    put_signed(data, address);
    data.push_back(0x0b);
    put_name(data, text);
    address += static_cast<std::uint32_t>(text.size()) + 16;
  }
  const Bytes body = Body(Choices(choices), std::move(texts)).take();
  Bytes code{1};
  put_unsigned(code, body.size());
  append(code, body);
  Bytes module{0, 'a', 's', 'm', 1, 0, 0, 0};
  put_section(module, 1, types);
  put_section(module, 2, imports);
  put_section(module, 3, functions);
  put_section(module, 5, {1, 0, 1});  // one memory of one page at least
  put_section(module, 7, exports);
  put_section(module, 10, code);
  put_section(module, 11, data);
  return module;
}

}  // namespace icn::attack
