# icn_package(LIBRARY modules TESTING modules): what `cmake --install` installs.
#
#   program      bin/icn, lib/icn/VENDOR.so (backends in modules), manual pages and completion scripts
#   development  include/icn/, lib/icn/*.a and lib/cmake/icn/: find_package(icn) offers icn::icn and icn::testing
#
# lib/icn is next to bin, whatever the system's library folder is: the program looks for its modules there
# (src/backends/detail/on_demand.hpp). The installed tree can be moved. add_subdirectory() provides the same two
# targets.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Sets `out` to the headers of a module that users may include: all except those of its tests, and from detail/ only
# those that the others include.
function(icn_public_headers out name)
  file(GLOB_RECURSE all RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.hpp)
  set(headers ${all})
  list(FILTER headers EXCLUDE REGEX "/detail/|[^/]/testing/")
  set(todo ${headers})
  while(todo)
    list(POP_FRONT todo header)
    file(STRINGS ${PROJECT_SOURCE_DIR}/src/${header} includes REGEX "^#include \"[a-z_]+/detail/")
    foreach(line ${includes})
      string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" included "${line}")
      if(NOT included IN_LIST headers)
        list(APPEND headers ${included})
        list(APPEND todo ${included})
      endif()
    endforeach()
  endwhile()
  set(${out} ${headers} PARENT_SCOPE)
endfunction()

# icn_package_target(TARGET EXPORT_NAME modules...): one target for several libraries, icn::EXPORT_NAME everywhere.
function(icn_package_target target export_name)
  add_library(${target} INTERFACE)
  add_library(icn::${export_name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${export_name})
  target_compile_features(${target} INTERFACE cxx_std_20)
  foreach(name ${ARGN})
    target_link_libraries(${target} INTERFACE icn_${name})
  endforeach()
endfunction()

function(icn_install_library)
  get_property(vendors DIRECTORY ${PROJECT_SOURCE_DIR} PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER vendors INCLUDE REGEX "^icn_vendor_")
  foreach(vendor ${vendors})
    # The libraries that modules link are private to them.
    if(${vendor}_on_demand)
      list(REMOVE_ITEM vendors ${vendor})
    endif()
  endforeach()
  set(targets icn_all icn_all_testing icn_rust ${vendors})
  foreach(name ${ARGN})
    list(APPEND targets icn_${name})
    icn_public_headers(headers ${name})
    foreach(header ${headers})
      get_filename_component(folder ${header} DIRECTORY)
      install(FILES ${PROJECT_SOURCE_DIR}/src/${header} DESTINATION include/icn/${folder} COMPONENT development)
    endforeach()
  endforeach()
  install(TARGETS ${targets} EXPORT icn ARCHIVE DESTINATION lib/icn COMPONENT development
          INCLUDES DESTINATION include include/icn)
  install(FILES ${ICN_RUST_DIR}/release/libicn_rust.a DESTINATION lib/icn COMPONENT development)
  install(EXPORT icn NAMESPACE icn:: FILE icn-targets.cmake DESTINATION lib/cmake/icn COMPONENT development)
  get_property(vendor_checks GLOBAL PROPERTY icn_vendor_checks)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/gen/icn-config.cmake @ONLY CONTENT
"# Generated. icn::icn is the library, icn::testing its testing environment.
include(CMakeFindDependencyMacro)
find_dependency(PkgConfig)
find_dependency(Threads)
find_dependency(nlohmann_json)
@vendor_checks@include(\${CMAKE_CURRENT_LIST_DIR}/icn-targets.cmake)
")
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/gen/icn-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/gen/icn-config.cmake ${PROJECT_BINARY_DIR}/gen/icn-config-version.cmake
          DESTINATION lib/cmake/icn COMPONENT development)
endfunction()

# The program writes its own pages and scripts, from its command table.
function(icn_install_program)
  install(TARGETS icn RUNTIME DESTINATION bin COMPONENT program)
  get_property(modules GLOBAL PROPERTY icn_installed_modules)
  foreach(module ${modules})
    install(TARGETS ${module} LIBRARY DESTINATION lib/icn COMPONENT program)
  endforeach()
  set(root "\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATAROOTDIR}")
  install(CODE "
    execute_process(COMMAND $<TARGET_FILE:icn> man --out \"${root}/man/man1\" --force
                    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    foreach(script bash=bash-completion/completions/icn zsh=zsh/site-functions/_icn
                   fish=fish/vendor_completions.d/icn.fish)
      string(REPLACE \"=\" \";\" script \"\${script}\")
      list(GET script 0 shell)
      list(GET script 1 file)
      execute_process(COMMAND $<TARGET_FILE:icn> completion \${shell} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
      file(WRITE \"${root}/\${file}\" \"\${text}\")
    endforeach()" COMPONENT program)
endfunction()

function(icn_package)
  cmake_parse_arguments(arg "" "" "LIBRARY;TESTING" ${ARGN})
  # Makes <icn/embed/context.hpp> work in a build tree as in an installed one.
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/include/icn SYMBOLIC)
  icn_package_target(icn_all icn ${arg_LIBRARY})
  icn_package_target(icn_all_testing testing ${arg_LIBRARY} ${arg_TESTING})
  target_include_directories(icn_all INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  target_include_directories(icn_all_testing INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  icn_install_library(${arg_LIBRARY} ${arg_TESTING})
  if(TARGET icn)
    icn_install_program()
  endif()
endfunction()
