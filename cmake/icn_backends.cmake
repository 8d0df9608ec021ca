# icn_backends(ports...): each folder src/backends/<port>/<name>/ with a backend.cpp is one backend; nothing else
# names it.
#
# A folder's deps.cmake calls icn_backend_needs(vendor...). Where an optional vendor (icn_vendor_optional) is missing,
# or a vendor is named in ICN_WITHOUT, the backend is absent and the registry says so with the folder's descriptor.hpp.
# src/backends/detail/ holds what backends share; its files that begin with a vendor's name need that vendor.
# A folder whose grade file `testing_only` exists goes into icn_testing, which icn and icn-node do not link.
set(ICN_WITHOUT "" CACHE STRING "Optional libraries to build without, as a list")

macro(icn_backend_needs)
  list(APPEND needed ${ARGN})
endmacro()

# Sets `out` to why a backend that needs the vendors is absent; empty: it is present.
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

# icn_find_backends(FOLDER PORTS ports... WITHOUT vendors...): generates the registry's lists in FOLDER and sets
# backend_sources, backend_vendors, backend_tests and backend_benches for the caller.
function(icn_find_backends folder)
  cmake_parse_arguments(arg "" "" "PORTS;WITHOUT" ${ARGN})
  set(backend_sources "")
  set(backend_vendors "")
  set(absent_vendors "")
  set(absent_includes "")
  set(absent_rows "")
  set(absent_count 0)
  foreach(port ${arg_PORTS})
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/backends/${port}/*/backend.cpp)
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
      list(APPEND backend_sources ${sources})
      list(APPEND backend_vendors ${needed})
      string(APPEND decls "namespace icn::backends::${port}::${name} {\n"
                          "extern const ports::Backend<ports::${port}_factory> kBackend;\n}\n")
      string(APPEND rows "    &${name}::kBackend,\n")
    endforeach()
    if(rows)
      file(CONFIGURE OUTPUT ${folder}/${port}_backends.cpp CONTENT
"// Generated from the folders under src/backends/${port}/.
#include \"ports/factories.hpp\"
#include \"backends/registry.hpp\"
${decls}namespace icn::backends::${port} {
static constexpr const ports::Backend<ports::${port}_factory>* kAll[] = {
${rows}};
std::span<const ports::Backend<ports::${port}_factory>* const> all() { return kAll; }
}
")
      list(APPEND backend_sources ${folder}/${port}_backends.cpp)
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/absent_backends.cpp CONTENT
"// Generated from the folders under src/backends/ whose libraries are missing.
#include <array>
#include \"backends/registry.hpp\"
${absent_includes}namespace icn::backends {
static constexpr std::array<Absent, ${absent_count}> kAbsent{
${absent_rows}};
std::span<const Absent> absent() { return kAbsent; }
}
")
  list(APPEND backend_sources ${folder}/absent_backends.cpp)
  list(REMOVE_DUPLICATES backend_vendors)

  file(GLOB shared CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/backends/*.cpp
                                     ${CMAKE_SOURCE_DIR}/src/backends/detail/*.cpp
                                     ${CMAKE_SOURCE_DIR}/src/backends/detail/*/*.cpp)
  foreach(vendor ${absent_vendors})
    if(NOT vendor IN_LIST backend_vendors)
      list(FILTER shared EXCLUDE REGEX "/detail/${vendor}[^/]*\\.cpp$")
    endif()
  endforeach()
  list(APPEND backend_sources ${shared})
  set(backend_tests ${backend_sources})
  list(FILTER backend_tests INCLUDE REGEX "_test\\.cpp$")
  set(backend_benches ${backend_sources})
  list(FILTER backend_benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER backend_sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  foreach(list backend_sources backend_vendors backend_tests backend_benches)
    set(${list} ${${list}} PARENT_SCOPE)
  endforeach()
endfunction()

# The target icn_backends, or in tests another with the same content: what is found, and what it links.
function(icn_add_backends target)
  add_library(${target} STATIC ${backend_sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC icn_core icn_ipld icn_model icn_ports PRIVATE icn_warnings)
  foreach(vendor ${backend_vendors})
    target_link_libraries(${target} PRIVATE icn_vendor_${vendor})
  endforeach()
endfunction()

function(icn_backends)
  set(ICN_PORTS ${ARGN} CACHE INTERNAL "")
  icn_find_backends(${CMAKE_BINARY_DIR}/gen PORTS ${ARGN} WITHOUT ${ICN_WITHOUT})
  icn_add_backends(icn_backends)
  icn_add_tests(backends icn_backends ${backend_tests})
  if(ICN_BENCH AND backend_benches)
    add_executable(backends_bench ${backend_benches})
    target_link_libraries(backends_bench PRIVATE icn_backends icn_warnings benchmark::benchmark_main)
  endif()
endfunction()
