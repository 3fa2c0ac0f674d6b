// One spelling for one number, so that "1,577", "1577" and "1577.00" are the same term.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace oprag::search {

// `digits`: groups of 0 to 9 with single '.' or ',' between them. Nothing when no convention reads that as one number
// (a version, a list). A lone '.' or ',' before three digits is decimal or groups by what `language` does.
std::optional<std::string> normalised_number(std::string_view digits, std::string_view language);

}  // namespace oprag::search
