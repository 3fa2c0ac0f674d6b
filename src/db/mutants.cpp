// The mutants of SQL: a filter in every statement that has it, or in those that name one table.
#include "db/mutants.hpp"

#include <array>
#include <cctype>

namespace oprag::db {
namespace {

struct Rewrite {
  std::string_view mutant, filter, instead;
};

constexpr std::array rewrites = {
    Rewrite{"sql", "company_id = $1", "company_id = company_id AND $1 = $1"},
    Rewrite{"conversation owner", "COALESCE(visitor_id, '') = $5", "$5 = $5"},
    Rewrite{"conversation user", "COALESCE(user_id, '') = $6", "$6 = $6"},
    Rewrite{"feedback owner", "c.visitor_id = $8", "$8 = $8"},
    Rewrite{"api key", "FROM key_directory WHERE secret_hash = $1", "FROM key_directory WHERE $1 = $1"},
};

bool names(std::string_view sql, std::string_view table) {
  const auto is_part = [&](std::size_t i) { return i < sql.size() && (std::isalnum(sql[i]) || sql[i] == '_'); };
  for (auto at = sql.find(table); at != sql.npos; at = sql.find(table, at + 1)) {
    if (at > 0 && !is_part(at - 1) && !is_part(at + table.size())) return true;
  }
  return false;
}

}  // namespace

std::string mutated(std::string_view sql) {
  std::string out(sql);
  auto chosen = chosen_mutant();
  if (chosen.starts_with("sql ")) {
    if (!names(sql, chosen.substr(4))) return out;
    chosen = "sql";
  }
  for (const auto& [mutant, filter, instead] : rewrites) {
    if (chosen != mutant) continue;
    for (auto at = out.find(filter); at != out.npos; at = out.find(filter, at + instead.size())) {
      out.replace(at, filter.size(), instead);
    }
  }
  return out;
}

}  // namespace oprag::db
