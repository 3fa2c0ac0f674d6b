// The corpus of tests/fuzz/corpus/TARGET through every target, whole and damaged: cut short, and with single bytes
// changed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fuzz/targets.hpp"

namespace oprag::fuzz {
namespace {

class Corpus : public ::testing::TestWithParam<std::string> {};

TEST_P(Corpus, BreaksNoPromiseWholeOrDamaged) {
  const auto& target = targets().at(GetParam());
  int seeds = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/" + GetParam())) {
    SCOPED_TRACE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(in), {}};
    target(seed);
    // At 40 places, spread by a fixed stride: enough to meet every part of a small seed.
    for (std::size_t n = 0; n < 40; ++n) {
      const auto at = (n * 7919) % (seed.size() + 1);
      target(seed.substr(0, at));
      auto changed = seed;
      if (at < changed.size()) changed[at] = static_cast<char>(changed[at] ^ (1 << n % 8));
      target(changed);
    }
    ++seeds;
  }
  EXPECT_GT(seeds, 0);
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& [name, target] : targets()) out.push_back(name);
  return out;
}
INSTANTIATE_TEST_SUITE_P(Targets, Corpus, ::testing::ValuesIn(names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace oprag::fuzz
