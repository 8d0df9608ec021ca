// The commands about the program itself: abi, completion, man, version.
#include <fmt/format.h>

#include "api/about.hpp"
#include "api/command_line.hpp"
#include "cli/commands/commands.hpp"
#include "cli/completion.hpp"
#include "cli/files.hpp"
#include "cli/manual.hpp"
#include "disk/folder.hpp"

namespace icn::cli::commands {

namespace {

Result<void> write_page(const std::filesystem::path& path, std::string_view text) {
  OutputFile file = ICN_TRY(OutputFile::create(path.string(), Existing::replaced));
  ICN_TRY(file.write(view_of(text)));
  return file.finish();
}

// Writes all pages. Without --force it writes nothing if a page exists.
Result<Answer> write_pages(const std::filesystem::path& folder, bool replaces, std::string_view version) {
  std::vector<std::pair<std::filesystem::path, std::string>> pages{{folder / "icn.1", manual_overview(version)}};
  for (const CommandRow& row : command_table())
    pages.emplace_back(folder / (manual_name(row) + ".1"), manual_page(row, version));
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return disk::system_error("create", folder, code.value(), disk::Named::by_user);
  for (const auto& [path, text] : pages) {
    if (replaces || !std::filesystem::exists(std::filesystem::symlink_status(path, code))) continue;
    return refuse(ErrorCode::already_exists, "file_exists",
                  fmt::format("{} exists; nothing was written", path.string()), path.string());
  }
  for (const auto& [path, text] : pages) ICN_TRY(write_page(path, text));
  const api::ScriptText wrote{fmt::format("{} pages in {}\n", pages.size(), folder.string())};
  return Answer{api::json_text(wrote), wrote.text, 0};
}

}  // namespace

Result<Answer> abi(const Invocation& invocation) {
  api::AbiRequest request;
  if (const auto form = invocation.text("--format")) {
    const auto parsed = api::parse_enum<api::AbiForm>("format", *form);
    if (!parsed) return fail(within("--format", parsed.error()));
    request.form = *parsed;
  }
  std::string text;
  api::Context context;
  context.out = [&text](ByteView piece) -> Result<void> {
    text += text_of(piece);
    return {};
  };
  const api::HostAbi answer = ICN_TRY(api::describe_abi(context, request));
  return Answer{api::json_text(answer), std::move(text), 0};
}

Result<Answer> completion(const Invocation& invocation) {
  const api::ScriptText script{ICN_TRY(completion_script(invocation.arguments[0]))};
  return Answer{api::json_text(script), script.text, 0};
}

Result<Answer> man(const Invocation& invocation) {
  api::Context context;
  const std::string version = ICN_TRY(api::describe_version(context, {})).version;
  const std::vector<std::string>& words = invocation.arguments;
  const auto folder = invocation.text("--out");
  if (folder && !words.empty())
    return fail(ErrorCode::invalid_argument, "--out writes all pages, not one; nothing was written");
  if (folder) return write_pages(*folder, invocation.has("--force"), version);
  if (invocation.has("--force")) return fail(ErrorCode::invalid_argument, "--force has no effect without --out");
  api::ScriptText page{manual_overview(version)};
  if (!words.empty()) {
    const std::string path = fmt::format("{}", fmt::join(words, " "));
    const CommandRow* const command = find_command(path);
    if (command == nullptr) return fail(ErrorCode::not_found, fmt::format("'{}' is not a command", path));
    page.text = manual_page(*command, version);
  }
  return Answer{api::json_text(page), page.text, 0};
}

Result<Answer> version(const Invocation&) {
  api::Context context;
  const api::Version version = ICN_TRY(api::describe_version(context, {}));
  return Answer{api::json_text(version), "icn " + version.version + "\nprofile " + version.profile.to_text() + "\n", 0};
}

}  // namespace icn::cli::commands
