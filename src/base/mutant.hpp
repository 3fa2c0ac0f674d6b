// Faults for tests of the tests: each takes one of the filters between tenants away. Only the test programs of
// tests/api/mutants are built with them; it puts one in at a time, by OPRAG_TEST_MUTANT, and expects tests to fail.
#pragma once
#include <cstdlib>
#include <string_view>

namespace oprag {

#ifdef OPRAG_MUTANTS
inline constexpr bool with_mutants = true;
inline std::string_view chosen_mutant() {
  const char* name = std::getenv("OPRAG_TEST_MUTANT");
  return name ? name : "";
}
inline bool mutant(std::string_view name) {
  return chosen_mutant() == name;
}
#else
inline constexpr bool with_mutants = false;
constexpr bool mutant(std::string_view) {
  return false;
}
#endif

}  // namespace oprag
