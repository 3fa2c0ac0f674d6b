// In test programs with mutants: statements as the chosen one leaves them.
#pragma once
#include <string>
#include <string_view>

#include "base/mutant.hpp"

namespace oprag::db {

std::string mutated(std::string_view sql);

}  // namespace oprag::db
