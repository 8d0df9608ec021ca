# One target icn_vendor_<name> per third-party library; a module names the ones it needs with VENDOR.
#
# Imported targets are global: a project that contains this one links them too.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED GLOBAL)

function(icn_vendor_pkg name)
  pkg_check_modules(icn_vendor_${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
  add_library(icn_vendor_${name} INTERFACE)
  target_link_libraries(icn_vendor_${name} INTERFACE PkgConfig::icn_vendor_${name})
  # Packages that icn-config.cmake looks for (cmake/icn_package.cmake).
  set_property(GLOBAL APPEND_STRING PROPERTY icn_vendor_checks
               "pkg_check_modules(icn_vendor_${name} REQUIRED IMPORTED_TARGET ${ARGN})\n")
endfunction()

# icn_vendor_optional(NAME PACKAGE PKG_CONFIG_NAME): an optional library. If it is missing, there is no target
# icn_vendor_NAME, and icn_vendor_NAME_absent holds a readable reason; if it is present, its backends are modules that a
# program loads when a URL names them (cmake/icn_backends.cmake).
function(icn_vendor_optional name package pkg_config_name)
  pkg_check_modules(icn_vendor_${name} QUIET IMPORTED_TARGET GLOBAL ${pkg_config_name})
  if(icn_vendor_${name}_FOUND)
    add_library(icn_vendor_${name} INTERFACE)
    target_link_libraries(icn_vendor_${name} INTERFACE PkgConfig::icn_vendor_${name})
    set(icn_vendor_${name}_on_demand YES PARENT_SCOPE)
  else()
    set(icn_vendor_${name}_absent
        "${pkg_config_name} was not found when it was built (Debian: ${package})" PARENT_SCOPE)
  endif()
endfunction()

icn_vendor_pkg(sodium libsodium)
icn_vendor_pkg(openssl libcrypto)
icn_vendor_pkg(ssl libssl)
icn_vendor_pkg(zlib zlib)
icn_vendor_pkg(sqlite sqlite3)
icn_vendor_pkg(fmt fmt)
icn_vendor_pkg(seccomp libseccomp)
icn_vendor_optional(postgres libpq-dev libpq)
icn_vendor_optional(rocksdb librocksdb-dev rocksdb)
icn_vendor_optional(curl libcurl4-openssl-dev libcurl)
icn_vendor_optional(p11kit libp11-kit-dev p11-kit-1)
add_library(icn_vendor_json INTERFACE)
find_package(nlohmann_json REQUIRED GLOBAL)
target_link_libraries(icn_vendor_json INTERFACE nlohmann_json::nlohmann_json)

# Boost.Beast and Boost.Asio are headers.
find_path(ICN_BOOST_INCLUDE boost/beast/http.hpp REQUIRED)
add_library(icn_vendor_beast INTERFACE)
target_include_directories(icn_vendor_beast SYSTEM INTERFACE $<BUILD_INTERFACE:${ICN_BOOST_INCLUDE}>)
target_link_libraries(icn_vendor_beast INTERFACE Threads::Threads)

# The Rust static library is built by cargo in one shared target folder (set by ./dev), with its headers next to it.
set(ICN_CARGO_TARGET "$ENV{XDG_CACHE_HOME}" CACHE INTERNAL "")
if(NOT DEFINED ICN_RUST_DIR)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(ICN_RUST_DIR $ENV{XDG_CACHE_HOME}/icn-runtime/cargo)
  else()
    set(ICN_RUST_DIR $ENV{HOME}/.cache/icn-runtime/cargo)
  endif()
endif()
add_custom_target(icn_rust_build
  COMMAND ${CMAKE_COMMAND} -E env CARGO_TARGET_DIR=${ICN_RUST_DIR} ICN_RUST_INCLUDE_OUT=${ICN_RUST_DIR}/include
          cargo build --release --locked --quiet --manifest-path ${PROJECT_SOURCE_DIR}/rust/Cargo.toml
  BYPRODUCTS ${ICN_RUST_DIR}/release/libicn_rust.a
  COMMENT "Rust library" USES_TERMINAL)
file(MAKE_DIRECTORY ${ICN_RUST_DIR}/include)
add_library(icn_rust INTERFACE)
add_dependencies(icn_rust icn_rust_build)
target_link_libraries(icn_rust INTERFACE $<BUILD_INTERFACE:${ICN_RUST_DIR}/release/libicn_rust.a>
                                         $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/lib/icn/libicn_rust.a>
                                         Threads::Threads dl m)
add_library(icn_vendor_wasmtime INTERFACE)
target_include_directories(icn_vendor_wasmtime SYSTEM INTERFACE $<BUILD_INTERFACE:${ICN_RUST_DIR}/include>)
target_link_libraries(icn_vendor_wasmtime INTERFACE icn_rust)
add_library(icn_vendor_sled INTERFACE)
target_link_libraries(icn_vendor_sled INTERFACE icn_rust)
add_library(icn_vendor_zk INTERFACE)
target_link_libraries(icn_vendor_zk INTERFACE icn_rust)

if(ICN_TESTS)
  find_package(GTest REQUIRED)
endif()
if(ICN_BENCH)
  find_package(benchmark REQUIRED)
endif()
