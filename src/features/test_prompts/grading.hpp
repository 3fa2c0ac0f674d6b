// What a test expects of an answer, and whether the answer keeps it.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "answer/result.hpp"
#include "json/codec.hpp"

namespace oprag::test_prompts {

struct ExpectedSource {
  std::string filename;
  json::Omittable<std::int64_t> page_number;  // left out: any page
};
BOOST_DESCRIBE_STRUCT(ExpectedSource, (), (filename, page_number))

struct Expectation {
  std::optional<bool> answered;
  std::vector<std::string> contains;  // without regard to case
  std::vector<std::string> not_contains;
  std::vector<ExpectedSource> sources;  // each must be cited
  bool empty() const { return !answered && contains.empty() && not_contains.empty() && sources.empty(); }
};
BOOST_DESCRIBE_STRUCT(Expectation, (), (answered, contains, not_contains, sources))

// One broken expectation, in words.
struct FailedExpectation {
  std::string expectation;  // answered, contains, notContains, sources
  std::string expected;
  std::string got;
};
BOOST_DESCRIBE_STRUCT(FailedExpectation, (), (expectation, expected, got))

// Empty when every expectation is kept.
std::vector<FailedExpectation> grade(const Expectation& expectation, const answer::Result& result);

}  // namespace oprag::test_prompts
