// One operator after another, each waiting for the previous one: the worst-case time of an operator.
#include "attacks.hpp"

namespace icn::attack {
namespace {

constexpr int kOperators = 400;  // of one round: the call around them does not count

struct Chain {
  const char* name;
  const char* type;   // of the value passed from operator to operator
  const char* first;  // its first value
  const char* step;   // WAT of one operator; $c is a second value
  const char* second = nullptr;
};

constexpr Chain kChains[] = {
    {"i32_clz", "i32", "i32.const 7", "i32.clz"},
    {"i32_ctz", "i32", "i32.const 7", "i32.ctz"},
    {"i64_popcnt", "i64", "i64.const 7", "i64.popcnt"},
    {"i32_eqz", "i32", "i32.const 7", "i32.eqz"},
    {"i32_extend8", "i32", "i32.const 7", "i32.extend8_s"},
    {"i64_extend", "i64", "i64.const 7", "i32.wrap_i64 i64.extend_i32_s"},
    {"i64_mul", "i64", "i64.const 7", "local.get $c i64.mul", "i64.const 5"},
    {"i64_rotl", "i64", "i64.const 7", "local.get $c i64.rotl", "i64.const 5"},
    {"i32_div", "i32", "i32.const 0x7fffffff", "local.get $c i32.div_s", "i32.const 1"},
    {"i32_rem", "i32", "i32.const 0x7fffffff", "local.get $c i32.rem_u", "i32.const 0x7fffffff"},
    {"i64_div", "i64", "i64.const 0x7fffffffffffffff", "local.get $c i64.div_s", "i64.const 1"},
    {"i64_div_u", "i64", "i64.const 0x7fffffffffffffff", "local.get $c i64.div_u", "i64.const 1"},
    {"i64_rem", "i64", "i64.const 0x7ffffffffffffffe", "local.get $c i64.rem_s", "i64.const 0x7fffffffffffffff"},
    {"f64_add", "f64", "f64.const 1.5", "local.get $c f64.add", "f64.const 1.1"},
    {"f64_mul", "f64", "f64.const 1.5", "local.get $c f64.mul", "f64.const 0.99"},
    {"f64_lt", "f64", "f64.const 1.5", "local.get $c f64.lt f64.convert_i32_u", "f64.const 1.1"},
    {"i64x2_gt", "v128", "v128.const i64x2 7 8", "local.get $c i64x2.gt_s", "v128.const i64x2 5 6"},
    {"i32x4_mul", "v128", "v128.const i64x2 7 8", "local.get $c i32x4.mul", "v128.const i64x2 5 6"},
    {"i16x8_narrow", "v128", "v128.const i64x2 7 8", "local.get $c i16x8.narrow_i32x4_s", "v128.const i64x2 5 6"},
    {"f64_min", "f64", "f64.const 1.5", "local.get $c f64.min", "f64.const 1.1"},
    {"f64_copysign", "f64", "f64.const 1.5", "local.get $c f64.copysign", "f64.const 1.1"},
    {"f64_div", "f64", "f64.const 1.5", "local.get $c f64.div", "f64.const 1.0001"},
    {"f32_div", "f32", "f32.const 1.5", "local.get $c f32.div", "f32.const 1.0001"},
    {"f64_sqrt", "f64", "f64.const 1.5e300", "f64.sqrt"},
    {"f32_sqrt", "f32", "f32.const 1.5e30", "f32.sqrt"},
    {"f64_floor", "f64", "f64.const 1.5", "f64.floor"},
    {"f64_nearest", "f64", "f64.const 1.5", "f64.nearest"},
    {"f64_abs", "f64", "f64.const 1.5", "f64.neg f64.abs"},
    {"f64_to_f32", "f64", "f64.const 1.5", "f32.demote_f64 f64.promote_f32"},
    {"f64_to_i64", "i64", "i64.const 77", "f64.convert_i64_s i64.trunc_f64_s"},
    {"f64_to_u64", "i64", "i64.const 0x7fffffffffffff00", "f64.convert_i64_u i64.trunc_f64_u"},
    {"f64_to_i64_saturating", "i64", "i64.const 77", "f64.convert_i64_u i64.trunc_sat_f64_s"},
    {"f64_to_u64_saturating", "i64", "i64.const 0x7fffffffffffff00", "f64.convert_i64_u i64.trunc_sat_f64_u"},
    {"f64_to_bits", "i64", "i64.const 77", "f64.reinterpret_i64 i64.reinterpret_f64"},
    {"i8x16_popcnt", "v128", "v128.const i64x2 7 8", "i8x16.popcnt"},
    {"i8x16_shl", "v128", "v128.const i64x2 7 8", "i32.const 1 i8x16.shl"},
    {"i8x16_shr", "v128", "v128.const i64x2 7 8", "i32.const 1 i8x16.shr_s"},
    {"i64x2_mul", "v128", "v128.const i64x2 7 8", "local.get $c i64x2.mul", "v128.const i64x2 5 6"},
    {"i64x2_shr", "v128", "v128.const i64x2 7 8", "i32.const 1 i64x2.shr_s"},
    {"i64x2_abs", "v128", "v128.const i64x2 7 8", "i64x2.neg i64x2.abs"},
    {"i8x16_swizzle", "v128", "v128.const i64x2 7 8", "local.get $c i8x16.swizzle", "v128.const i64x2 5 6"},
    {"i32x4_dot", "v128", "v128.const i64x2 7 8", "local.get $c i32x4.dot_i16x8_s", "v128.const i64x2 5 6"},
    {"i16x8_q15", "v128", "v128.const i64x2 7 8", "local.get $c i16x8.q15mulr_sat_s", "v128.const i64x2 5 6"},
    {"i16x8_extadd", "v128", "v128.const i64x2 7 8", "i16x8.extadd_pairwise_i8x16_s"},
    {"i8x16_all_true", "v128", "v128.const i64x2 7 8", "i8x16.all_true i8x16.splat"},
    {"i8x16_bitmask", "v128", "v128.const i64x2 7 8", "i8x16.bitmask i8x16.splat"},
    {"f64x2_add", "v128", "v128.const f64x2 1.5 1.5", "local.get $c f64x2.add", "v128.const f64x2 1.1 1.1"},
    {"f64x2_div", "v128", "v128.const f64x2 1.5 1.5", "local.get $c f64x2.div", "v128.const f64x2 1.1 1.1"},
    {"f64x2_sqrt", "v128", "v128.const f64x2 1.5 1.5", "f64x2.sqrt"},
    {"f32x4_div", "v128", "v128.const f32x4 1.5 1.5 1.5 1.5", "local.get $c f32x4.div",
     "v128.const f32x4 1.0001 1.0001 1.0001 1.0001"},
    {"f32x4_sqrt", "v128", "v128.const f32x4 1.5 1.5 1.5 1.5", "f32x4.sqrt"},
    {"f32x4_nearest", "v128", "v128.const f32x4 1.5 1.5 1.5 1.5", "f32x4.nearest"},
    {"f32x4_min", "v128", "v128.const f32x4 1.5 1.5 1.5 1.5", "local.get $c f32x4.min",
     "v128.const f32x4 1.1 1.1 1.1 1.1"},
    {"f32x4_convert", "v128", "v128.const i64x2 7 8", "f32x4.convert_i32x4_u i32x4.trunc_sat_f32x4_u"},
    {"f64x2_convert", "v128", "v128.const i64x2 7 8", "f64x2.convert_low_i32x4_u i32x4.trunc_sat_f64x2_u_zero"},
    {"select", "i32", "i32.const 7", "local.get $c local.get $c select", "i32.const 5"},
    {"global", "i32", "i32.const 7", "global.set $g global.get $g"},
    {"load", "i32", "i32.const 64", "i32.load"},
    {"load_v128", "v128", "v128.const i64x2 0 0", "i32x4.extract_lane 0 v128.load"},
    {"load_splat", "v128", "v128.const i64x2 0 0", "i32x4.extract_lane 0 v128.load8_splat"},
    {"store_and_load", "i32", "i32.const 7", "local.set $x i32.const 64 local.get $x i32.store i32.const 64 i32.load"},
    {"memory_size", "i32", "i32.const 7", "memory.size i32.add"},
    {"call", "i32", "i32.const 7", "call $same"},
    {"call_of_many", "i32", "i32.const 7", "call $many"},
    {"call_indirect", "i32", "i32.const 7", "i32.const 0 call_indirect $t (type $i)"},
    {"table_get", "i32", "i32.const 0", "table.get $t ref.is_null"},
    {"table_set", "i32", "i32.const 0", "ref.func $same table.set $t i32.const 0"},
    {"ref_func", "i32", "i32.const 0", "drop ref.func $same ref.is_null"},
    {"br_table", "i32", "i32.const 1", "local.set $x block block local.get $x br_table 0 1 end end local.get $x"},
};

constexpr const char* kDeclare =
    "(type $i (func (param i32) (result i32))) (table $t 4096 funcref) (elem $e (table $t) (i32.const 0) func $same)"
    " (elem $p func $same $same $same $same) (data $d \"0123456789abcdef\") (global $g (mut i32) (i32.const 0))"
    " (func $same (type $i) (local.get 0))"
    " (func $many (type $i) (local i64 i64 i64 i64 i64 i64 i64 i64 f64 f64 f64 f64 f64 f64 f64 f64) (local.get 0))";

// Operators that take longer for some values than for others.
constexpr Chain kByValue[] = {
    {"floats_that_are_denormal", "f64", "f64.const 1e-310", "local.get $c f64.mul", "f64.const 0.99"},
    {"loads_across_lines_of_the_cache", "i32", "i32.const 61", "i32.load align=1 i32.const 61 i32.or"},
};

Attack attack_of(const Chain& chain) {
  const std::string type(chain.type);
  const std::string second = chain.second != nullptr ? chain.second : chain.first;
  std::string declare = std::string(kDeclare) + " (func $chain (param $x " + type + ") (param $c " + type +
                        ") (result " + type + ") local.get $x";
  for (int i = 0; i < kOperators; ++i) declare += std::string(" ") + chain.step;
  declare += ")";
  return {"operator_" + std::string(chain.name),
          "",
          "(call $chain (" + std::string(chain.first) + ") (" + second + "))",
          "",
          1,
          std::move(declare)};
}

}  // namespace

void add_operator_chains(std::vector<Attack>& all) {
  for (const Chain& chain : kChains) all.push_back(attack_of(chain));
  for (const Chain& chain : kByValue) {
    all.push_back(attack_of(chain));
    all.back().name = "waiting_for_" + std::string(chain.name);
  }
  const auto add = [&](const char* name, const char* body, const char* prepare = "", std::uint32_t pages = 1) {
    all.push_back({name, "", body, prepare, pages, kDeclare});
  };
  add("memory_copy_of_all", "(memory.copy (i32.const 0) (i32.const 2097152) (i32.const 2097152)) (i32.const 0)", "",
      64);
  add("memory_copy_of_all_overlapping", "(memory.copy (i32.const 1) (i32.const 0) (i32.const 4194303)) (i32.const 0)",
      "", 64);
  add("memory_init_of_a_segment", "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 16)) (i32.const 0)");
  add("memory_copy_of_a_few_bytes", "(memory.copy (i32.const 1) (i32.const 64) (i32.const 15)) (i32.const 0)");
  add("memory_fill_of_a_few_bytes", "(memory.fill (i32.const 1) (i32.const 64) (i32.const 15)) (i32.const 0)");
  add("table_copy_of_all", "(table.copy $t $t (i32.const 1) (i32.const 0) (i32.const 4095)) (i32.const 0)");
  add("table_fill_of_all", "(table.fill $t (i32.const 0) (ref.func $same) (i32.const 4096)) (i32.const 0)");
  add("table_init_of_a_segment", "(table.init $t $p (i32.const 0) (i32.const 0) (i32.const 4)) (i32.const 0)");
  add("elem_drop_again", "(elem.drop $p) (i32.const 0)");
  add("table_grow_by_one", "(table.grow $t (ref.null func) (i32.const 1))");
  add("unpredictable_branches",
      "(local.set $n (i32.xor (local.get $n) (i32.shl (local.get $n) (i32.const 13))))"
      " (local.set $n (i32.xor (local.get $n) (i32.shr_u (local.get $n) (i32.const 17))))"
      " (local.set $n (i32.xor (local.get $n) (i32.shl (local.get $n) (i32.const 5))))"
      " (if (i32.and (local.get $n) (i32.const 1)) (then (global.set $g (local.get $n)))) (i32.const 0)",
      "(local.set $n (i32.const 99))");
  // Each load returns the address of the next, half of the memory away.
  add("waiting_for_loads_that_miss_all_caches", "(local.set $n (i32.load (local.get $n))) (i32.const 0)",
      "(loop $fill (i32.store (local.get $i) (i32.and (i32.add (i32.mul (local.get $i) (i32.const 1664525))"
      " (i32.const 1013904192)) (i32.const 0x3ffffc0)))"
      " (local.set $i (i32.add (local.get $i) (i32.const 64))) (br_if $fill (i32.lt_u (local.get $i)"
      " (i32.const 67108864))))",
      1'024);
  add("first_touches_of_memory",
      "(i32.store (local.get $i) (i32.const 1)) (local.set $i (i32.add (local.get $i) (i32.const 4096)))"
      " (i32.ge_u (local.get $i) (i32.const 67108864)) (if (then unreachable)) (i32.const 0)",
      "", 1'024);
}

}  // namespace icn::attack
