# icn_backends(ports...): each folder src/backends/<port>/<name>/ with a backend.cpp is one backend; no other file names
# it.
#
# A folder's deps.cmake calls icn_backend_needs(vendor...). If an optional vendor (icn_vendor_optional) is missing or
# named in ICN_WITHOUT, the backend is absent, and the registry reports that from the folder's descriptor.hpp.
# src/backends/detail/ holds code that backends share; its folder named after a vendor needs that vendor.
#
# A backend of an optional vendor is built into its own module, lib/icn/VENDOR.so next to the program's folder, and
# loaded when a URL names it (detail/on_demand.hpp): linked in, libpq and RocksDB cost each program start 9 ms. The
# module resolves core, ipld and model from the program.
set(ICN_WITHOUT "" CACHE STRING "Optional libraries to build without, as a list")

macro(icn_backend_needs)
  list(APPEND needed ${ARGN})
endmacro()

# Sets `out` to the reason why a backend that needs the vendors is absent, or to an empty string.
function(icn_why_absent out without)
  set(reasons "")
  foreach(vendor ${ARGN})
    if(vendor IN_LIST without)
      list(APPEND reasons "it was built with ICN_WITHOUT=${vendor}")
    elseif(DEFINED icn_vendor_${vendor}_absent)
      list(APPEND reasons "${icn_vendor_${vendor}_absent}")
    elseif(NOT TARGET icn_vendor_${vendor})
      message(FATAL_ERROR "no vendor is named ${vendor}; add it to cmake/icn_vendor.cmake")
    endif()
  endforeach()
  list(JOIN reasons "; " reasons)
  set(${out} "${reasons}" PARENT_SCOPE)
endfunction()

# Sets `out` to the one of these vendors whose backends are modules, or to an empty string.
function(icn_module_of out)
  set(${out} "" PARENT_SCOPE)
  foreach(vendor ${ARGN})
    if(icn_vendor_${vendor}_on_demand)
      set(${out} ${vendor} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# icn_find_backends(FOLDER PORTS ports... WITHOUT vendors...): generates the registry's lists in FOLDER and sets
# backend_sources, backend_vendors, backend_modules, module_VENDOR_sources, backend_tests and backend_benches for the
# caller.
function(icn_find_backends folder)
  cmake_parse_arguments(arg "" "" "PORTS;WITHOUT" ${ARGN})
  set(backend_sources "")
  set(backend_vendors "")
  set(backend_modules "")
  set(absent_vendors "")
  set(absent_includes "")
  set(absent_rows "")
  set(absent_count 0)
  set(on_demand_includes "")
  set(on_demand_rows "")
  set(on_demand_count 0)
  foreach(port ${arg_PORTS})
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/backends/${port}/*/backend.cpp)
    set(includes "")
    set(decls "")
    set(rows "")
    foreach(file ${files})
      get_filename_component(path ${file} DIRECTORY)
      get_filename_component(name ${path} NAME)
      set(needed "")
      if(EXISTS ${path}/deps.cmake)
        include(${path}/deps.cmake)
      endif()
      icn_why_absent(reason "${arg_WITHOUT}" ${needed})
      if(reason)
        if(NOT EXISTS ${path}/descriptor.hpp)
          message(FATAL_ERROR "${path} can be absent and needs a descriptor.hpp with its kDescriptor")
        endif()
        string(APPEND absent_includes "#include \"backends/${port}/${name}/descriptor.hpp\"\n")
        string(APPEND absent_rows "    Absent{${port}::${name}::kDescriptor, \"${reason}\"},\n")
        math(EXPR absent_count "${absent_count} + 1")
        list(APPEND absent_vendors ${needed})
        continue()
      endif()
      file(GLOB sources CONFIGURE_DEPENDS ${path}/*.cpp)
      icn_module_of(module ${needed})
      if(module)
        list(APPEND backend_modules ${module})
        file(CONFIGURE OUTPUT ${folder}/${port}_${name}_entry.cpp CONTENT
"// Generated: what a program that loads this module asks for.
#include \"ports/factories.hpp\"
namespace icn::backends::${port}::${name} {
extern const ports::Backend<ports::${port}_factory> kBackend;
}
extern \"C\" {
[[gnu::visibility(\"default\")]]
extern const icn::ports::Backend<icn::ports::${port}_factory>* const icn_${port}_${name};
const icn::ports::Backend<icn::ports::${port}_factory>* const icn_${port}_${name} =
    &icn::backends::${port}::${name}::kBackend;
}
")
        list(APPEND module_${module}_sources ${sources})
        list(APPEND module_${module}_entries ${folder}/${port}_${name}_entry.cpp)
        string(APPEND includes "#include \"backends/${port}/${name}/descriptor.hpp\"\n")
        string(APPEND decls "using ${name}_opening = detail::OnDemandOpening<ports::${port}_factory>;
static auto open_${name}(${name}_opening::Argument source) {
  return ${name}_opening::open(\"${module}\", \"icn_${port}_${name}\", std::move(source));
}
static constexpr ports::Backend<ports::${port}_factory> on_demand_${name}{${name}::kDescriptor, &open_${name}};
")
        string(APPEND rows "    &on_demand_${name},\n")
        string(APPEND on_demand_includes "#include \"backends/${port}/${name}/descriptor.hpp\"\n")
        string(APPEND on_demand_rows
               "    OnDemand{${port}::${name}::kDescriptor, \"${module}\", \"icn_${port}_${name}\"},\n")
        math(EXPR on_demand_count "${on_demand_count} + 1")
        continue()
      endif()
      list(APPEND backend_sources ${sources})
      list(APPEND backend_vendors ${needed})
      string(APPEND decls "namespace ${name} {\n"
                          "extern const ports::Backend<ports::${port}_factory> kBackend;\n}\n")
      string(APPEND rows "    &${name}::kBackend,\n")
    endforeach()
    if(rows)
      file(CONFIGURE OUTPUT ${folder}/${port}_backends.cpp CONTENT
"// Generated from the folders under src/backends/${port}/.
#include \"ports/factories.hpp\"
#include \"backends/detail/on_demand.hpp\"
#include \"backends/registry.hpp\"
${includes}namespace icn::backends::${port} {
${decls}static constexpr const ports::Backend<ports::${port}_factory>* kAll[] = {
${rows}};
std::span<const ports::Backend<ports::${port}_factory>* const> all() { return kAll; }
}
")
      list(APPEND backend_sources ${folder}/${port}_backends.cpp)
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/absent_backends.cpp CONTENT
"// Generated from the folders under src/backends/ whose libraries are missing, or are in modules.
#include <array>
#include \"backends/registry.hpp\"
${absent_includes}${on_demand_includes}namespace icn::backends {
static constexpr std::array<Absent, ${absent_count}> kAbsent{
${absent_rows}};
std::span<const Absent> absent() { return kAbsent; }
static constexpr std::array<OnDemand, ${on_demand_count}> kOnDemand{
${on_demand_rows}};
std::span<const OnDemand> on_demand() { return kOnDemand; }
}
")
  list(APPEND backend_sources ${folder}/absent_backends.cpp)
  list(REMOVE_DUPLICATES backend_vendors)

  file(GLOB shared CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/backends/*.cpp
                                     ${PROJECT_SOURCE_DIR}/src/backends/detail/*.cpp
                                     ${PROJECT_SOURCE_DIR}/src/backends/detail/*/*.cpp)
  list(REMOVE_DUPLICATES backend_modules)
  foreach(vendor ${absent_vendors} ${backend_modules})
    if(vendor IN_LIST backend_vendors)
      continue()
    endif()
    if(vendor IN_LIST backend_modules)
      set(own ${shared})
      list(FILTER own INCLUDE REGEX "/detail/${vendor}/[^/]*\\.cpp$")
      list(APPEND module_${vendor}_sources ${own})
    endif()
    list(FILTER shared EXCLUDE REGEX "/detail/${vendor}/[^/]*\\.cpp$")
  endforeach()
  list(APPEND backend_sources ${shared})
  set(backend_tests ${backend_sources})
  foreach(module ${backend_modules})
    list(APPEND backend_tests ${module_${module}_sources})
    list(FILTER module_${module}_sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
    set(module_${module}_sources ${module_${module}_sources} PARENT_SCOPE)
    set(module_${module}_entries ${module_${module}_entries} PARENT_SCOPE)
  endforeach()
  list(FILTER backend_tests INCLUDE REGEX "_test\\.cpp$")
  set(backend_benches ${backend_sources})
  list(FILTER backend_benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER backend_sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  foreach(list backend_sources backend_vendors backend_modules backend_tests backend_benches)
    set(${list} ${${list}} PARENT_SCOPE)
  endforeach()
endfunction()

# The target icn_backends, or in tests another with the same content: the backends found, and the libraries they link.
function(icn_add_backends target)
  add_library(${target} STATIC ${backend_sources})
  icn_compile_in_groups(${target} backends)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
  target_link_libraries(${target} PUBLIC icn_core icn_ipld icn_model icn_disk icn_ports
                                  PRIVATE $<BUILD_INTERFACE:icn_warnings>)
  foreach(vendor ${backend_vendors})
    target_link_libraries(${target} PRIVATE icn_vendor_${vendor})
  endforeach()
  target_link_libraries(${target} PRIVATE ${CMAKE_DL_LIBS})
endfunction()

# For each of backend_modules: icn_backend_VENDOR, which programs load, and icn_backend_VENDOR_parts, the same files for
# tests of the internals. The entry points are in the module only: they are visible, and a program may define each
# symbol only once.
function(icn_add_backend_modules program_part)
  foreach(vendor ${backend_modules})
    add_library(icn_backend_${vendor}_parts OBJECT ${module_${vendor}_sources})
    # A module uses its own definitions, even in a program that links the same files (a test).
    set_target_properties(icn_backend_${vendor}_parts PROPERTIES POSITION_INDEPENDENT_CODE ON
                          CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_include_directories(icn_backend_${vendor}_parts PUBLIC ${PROJECT_SOURCE_DIR}/src)
    # For their includes; the program defines their symbols.
    target_link_libraries(icn_backend_${vendor}_parts PUBLIC icn_core icn_ipld icn_model icn_disk icn_ports
                                                             icn_vendor_${vendor}
                                                      PRIVATE icn_warnings)
    add_library(icn_backend_${vendor} MODULE $<TARGET_OBJECTS:icn_backend_${vendor}_parts>
                                             ${module_${vendor}_entries})
    target_include_directories(icn_backend_${vendor} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(icn_backend_${vendor} PRIVATE icn_vendor_${vendor} icn_warnings)
    set_target_properties(icn_backend_${vendor} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
                          PREFIX "" OUTPUT_NAME ${vendor}
                          LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/icn LINKER_LANGUAGE CXX)
    add_dependencies(${program_part} icn_backend_${vendor})
    set_property(GLOBAL APPEND PROPERTY icn_installed_modules icn_backend_${vendor})
  endforeach()
  if(backend_modules)
    # A program contains and exports everything that modules may use, whether or not it uses that itself.
    set(shared "")
    foreach(part core ipld model disk backends)
      string(APPEND shared ",$<TARGET_FILE:$<TARGET_NAME:icn_${part}>>")
    endforeach()
    set(is_program $<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>)
    target_link_options(${program_part} INTERFACE
      "$<${is_program}:LINKER:--export-dynamic,--whole-archive${shared},--no-whole-archive>")
  endif()
endfunction()

function(icn_backends)
  set(ICN_PORTS ${ARGN} CACHE INTERNAL "")
  icn_find_backends(${PROJECT_BINARY_DIR}/gen PORTS ${ARGN} WITHOUT ${ICN_WITHOUT})
  icn_add_backends(icn_backends)
  icn_add_backend_modules(icn_backends)
  icn_add_tests(backends icn_backends ${backend_tests})
  if(TARGET backends_test AND ICN_SANITIZE STREQUAL "address")
    # The stacks of the leaks that tests/support/lsan.supp names go through libraries without frame pointers.
    set_tests_properties(unit.backends PROPERTIES ENVIRONMENT
      "ASAN_OPTIONS=handle_segv=0:allow_user_segv_handler=1:fast_unwind_on_malloc=0")
  endif()
  if(TARGET backends_test)
    foreach(vendor ${backend_modules})
      target_link_libraries(backends_test PRIVATE icn_backend_${vendor}_parts)
    endforeach()
  endif()
  if(ICN_BENCH AND backend_benches)
    add_executable(backends_bench ${backend_benches})
    target_link_libraries(backends_bench PRIVATE icn_backends icn_warnings benchmark::benchmark_main)
  endif()
endfunction()
