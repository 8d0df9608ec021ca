# icn_backends(ports...): each folder src/backends/<port>/<name>/ with a backend.cpp is one backend; nothing else
# names it.
#
# A folder's deps.cmake may call icn_backend_needs(vendor...) ; a missing library makes the backend absent, and says so.
# A folder whose grade file `testing_only` exists goes into icn_testing, which icn and icn-node do not link.
macro(icn_backend_needs)
  list(APPEND backend_vendors ${ARGN})
endmacro()

function(icn_backends)
  file(GLOB shared CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/backends/*.cpp
                                     ${CMAKE_SOURCE_DIR}/src/backends/detail/*.cpp)
  add_library(icn_backends STATIC ${shared})
  target_link_libraries(icn_backends PRIVATE icn_vendor_sqlite)
  target_include_directories(icn_backends PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(icn_backends PUBLIC icn_core icn_ipld icn_model icn_ports PRIVATE icn_warnings)
  set(tests "")
  set(benches "")
  foreach(port ${ARGN})
    file(GLOB folders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/backends/${port}/*/backend.cpp)
    set(decls "")
    set(rows "")
    foreach(file ${folders})
      get_filename_component(folder ${file} DIRECTORY)
      get_filename_component(name ${folder} NAME)
      set(backend_vendors "")
      if(EXISTS ${folder}/deps.cmake)
        include(${folder}/deps.cmake)
      endif()
      file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
      set(folder_tests ${sources})
      list(FILTER folder_tests INCLUDE REGEX "_test\\.cpp$")
      list(APPEND tests ${folder_tests})
      set(folder_benches ${sources})
      list(FILTER folder_benches INCLUDE REGEX "_bench\\.cpp$")
      list(APPEND benches ${folder_benches})
      list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
      target_sources(icn_backends PRIVATE ${sources})
      foreach(vendor ${backend_vendors})
        target_link_libraries(icn_backends PRIVATE icn_vendor_${vendor})
      endforeach()
      string(APPEND decls "namespace icn::backends::${port}::${name} {\n"
                          "extern const ports::Backend<ports::${port}_factory> kBackend;\n}\n")
      string(APPEND rows "    &${name}::kBackend,\n")
    endforeach()
    if(rows)
      file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/gen/${port}_backends.cpp CONTENT
"// Generated from the folders under src/backends/${port}/.
#include \"ports/factories.hpp\"
#include \"backends/registry.hpp\"
${decls}namespace icn::backends::${port} {
static constexpr const ports::Backend<ports::${port}_factory>* kAll[] = {
${rows}};
std::span<const ports::Backend<ports::${port}_factory>* const> all() { return kAll; }
}
")
      target_sources(icn_backends PRIVATE ${CMAKE_BINARY_DIR}/gen/${port}_backends.cpp)
    endif()
  endforeach()
  icn_add_tests(backends icn_backends ${tests})
  if(ICN_BENCH AND benches)
    add_executable(backends_bench ${benches})
    target_link_libraries(backends_bench PRIVATE icn_backends icn_warnings benchmark::benchmark_main)
  endif()
endfunction()
