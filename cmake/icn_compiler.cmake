# Language level, warnings, sanitizers and the compiler cache, the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON) # ICN_TRY is a statement expression
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
# Modules resolve shared symbols from the program (icn_backends.cmake).
set(CMAKE_ENABLE_EXPORTS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# Line tables are enough for a backtrace and a profile, and halve the build.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")
# For a debugger: readable frames, full symbols, checked containers.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g3 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_C_FLAGS_DEBUG "-Og -g3")
# lld links a test program in a second, bfd in five. The compiler finds it only by its plain name.
find_program(ICN_LLD NAMES ld.lld ld.lld-16 ld.lld-15 ld.lld-14)
if(ICN_LLD)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/linker)
  file(CREATE_LINK ${ICN_LLD} ${PROJECT_BINARY_DIR}/linker/ld.lld SYMBOLIC)
  add_link_options(-fuse-ld=lld -B${PROJECT_BINARY_DIR}/linker)
endif()
find_program(ICN_CCACHE ccache)
if(ICN_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${ICN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ICN_CCACHE})
endif()
# Paths in objects are relative to the project, so a second clone hits the cache.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
add_library(icn_warnings INTERFACE)
target_compile_options(icn_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor
                                              -Woverloaded-virtual -Wunused-function -Werror
                       # g++ 12 warns of overlapping copies in std::string that do not exist
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                       $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
                                              $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-statement-expression>)
if(ICN_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes the sanitizer's bookkeeping for reads of uninitialised memory and for out-of-bounds accesses.
  target_compile_options(icn_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
endif()
if(ICN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(ICN_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(ICN_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(ICN_SANITIZE)
  message(FATAL_ERROR "ICN_SANITIZE is '${ICN_SANITIZE}'; use address or thread")
endif()
