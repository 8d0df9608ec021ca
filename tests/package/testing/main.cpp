// Exit code 0: the testing environment is in the installed library, and the store named by the argument opens.
#include <icn/backends/registry.hpp>
#include <icn/embed/context.hpp>
#include <icn/testing/services.hpp>

#include <cstdio>

int main(int argc, char** argv) {
  const auto context = icn::embed::RuntimeContext::new_testing(icn::testing::test_did(0), 1000);
  if (!context || (*context)->get_mana(icn::testing::test_did(0)) != 1000) return 1;
  if (argc < 2) return 0;
  const auto store = icn::backends::state_store::open(argv[1]);
  if (!store) std::fprintf(stderr, "%s\n", store.error().detail.c_str());
  return store ? 0 : 1;
}
