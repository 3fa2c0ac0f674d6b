// Every parser that meets bytes from outside, by name: fuzzed by libFuzzer, and run over tests/fuzz/corpus by the
// tests.
#pragma once
#include <functional>
#include <map>
#include <string>

namespace oprag::fuzz {

// A target takes any bytes. It may refuse them in the parser's own way; it ends the process when a promise is broken.
const std::map<std::string, std::function<void(const std::string& bytes)>>& targets();

}  // namespace oprag::fuzz
