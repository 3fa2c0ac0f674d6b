// libFuzzer on the target that OPRAG_FUZZ_TARGET names:  OPRAG_FUZZ_TARGET=json build/fuzz/tests/oprag_fuzz
// tests/fuzz/corpus/json
#include <cstdint>
#include <cstdlib>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& target = oprag::fuzz::targets().at(std::getenv("OPRAG_FUZZ_TARGET"));
  target(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
