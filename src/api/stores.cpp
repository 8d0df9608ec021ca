#include "api/stores.hpp"

#include <algorithm>

#include "api/detail/derive.hpp"
#include "backends/registry.hpp"

namespace icn::api {

Result<StoreBackends> list_backends(Context&, const BackendsRequest&) {
  StoreBackends answer;
  const auto add = [&answer](const ports::Descriptor& descriptor, const Nullable<std::string>& absent_because) {
    for (const StorePort port : EnumNames<StorePort>::values) {
      if (EnumNames<StorePort>::name(port) != descriptor.port) continue;
      answer.backends.push_back({port, std::string(descriptor.name), descriptor.grade, std::string(descriptor.doc),
                                 !absent_because, absent_because});
    }
  };
  const auto add_present = [&add](const ports::Descriptor& descriptor) {
    const auto usable = backends::usable(descriptor);
    add(descriptor, usable ? Nullable<std::string>() : usable.error().detail);
  };
  for (const auto* backend : backends::dag_store::all()) add_present(backend->descriptor);
  for (const auto* backend : backends::state_store::all()) add_present(backend->descriptor);
  for (const backends::Absent& absent : backends::absent()) add(absent.descriptor, std::string(absent.reason));
  std::sort(answer.backends.begin(), answer.backends.end(), [](const StoreBackend& a, const StoreBackend& b) {
    return std::pair(EnumNames<StorePort>::name(a.port), std::string_view(a.name)) <
           std::pair(EnumNames<StorePort>::name(b.port), std::string_view(b.name));
  });
  return answer;
}

template struct Shape<BackendsRequest>;
template struct Shape<StoreBackends>;
template struct Shape<HashRequest>;
template struct Shape<StoreHash>;
template struct Shape<BackupRequest>;
template struct Shape<Backup>;

}  // namespace icn::api
