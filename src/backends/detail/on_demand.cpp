#include "backends/detail/on_demand.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <string>

namespace icn::backends::detail {

Result<const void*> load_from_module(std::string_view module, std::string_view symbol) {
  const auto refused = [&](const std::string& why) {
    return fail(ErrorCode::unsupported, "the backend '" + std::string(module) + "' cannot be loaded: " + why);
  };
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  if (code) return refused("/proc/self/exe: " + code.message());
  const std::filesystem::path file =
      program.parent_path().parent_path() / "lib" / "icn" / (std::string(module) + ".so");
  if (!std::filesystem::exists(file, code))
    return refused("its module " + file.string() + " does not exist; it is installed with the program");
  // dlerror() describes this thread's last failure.
  void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    return refused(std::string(::dlerror()) + "; a library is missing, or it belongs to another build");
  const void* const at = ::dlsym(handle, std::string(symbol).c_str());
  if (at == nullptr) return refused(::dlerror());
  return *static_cast<const void* const*>(at);
}

}  // namespace icn::backends::detail
