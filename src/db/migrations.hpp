// The schema's history: numbered SQL files, one text for both engines, each in a transaction of its own.
#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::db {

struct Migration {
  std::string_view name;  // "0001_core"
  std::string_view sql;
};

// Those of migrations/, in order; compiled into the program.
std::span<const Migration> migrations();

// The store was written by a newer program, or by one whose migrations of the same names were others.
struct OtherSchema : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Apply { yes, dry_run };

// Brings the schema up to date; returns the names of what was (or would be) applied. Throws OtherSchema.
std::vector<std::string> migrate_sqlite(const std::string& path, Apply apply);
// Also (re)makes row level security on every tenant table, and the role the program works under.
std::vector<std::string> migrate_postgres(const std::string& url, Apply apply);

// The statements of a migration file: split at semicolons, comments left out. For tests.
std::vector<std::string> statements_of(std::string_view sql);

}  // namespace oprag::db
