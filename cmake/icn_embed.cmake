# cmake -DFROM=FOLDER -DTO=FILE.cpp -P icn_embed.cmake: the files of dashboard/dist as constants of http/dashboard.hpp.
file(GLOB files ${FROM}/*)
list(SORT files)
set(arrays "")
set(rows "")
set(index 0)
foreach(file ${files})
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," hex "${hex}")
  string(APPEND arrays "constexpr char kFile${index}[] = {\n${hex}};\n")
  set(path "/dashboard/${name}")
  if(name STREQUAL "index.html")
    set(path "/")
  endif()
  string(APPEND rows "    Asset{\"${name}\", \"${path}\", {kFile${index}, sizeof kFile${index}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${TO} "// Written by cmake/icn_embed.cmake.
#include \"http/dashboard.hpp\"

namespace icn::http {
namespace {

${arrays}
constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::span<const Asset> dashboard_assets() { return kAssets; }

}  // namespace icn::http
")
