// The other entry: no WASI, one export `run` whose value is the output. Answers the caller's mana.
@external("icn", "host_get_caller")
declare function host_get_caller(): i64;
@external("icn", "host_read_result")
declare function host_read_result(offset: i32, ptr: usize, cap: i32): i32;
@external("icn", "host_account_get_mana")
declare function host_account_get_mana(ptr: usize, len: i32): i64;

const did = memory.data(256);

// The submitter's mana in whole mana as the order observed it, or the negative code of an error.
export function run(): i64 {
  const length = host_get_caller();
  if (length < 0) return length;
  const read = host_read_result(0, did, 256);
  if (read < 0) return read;
  return host_account_get_mana(did, read);
}
