#include "features/test_prompts/grading.hpp"

#include <algorithm>

namespace oprag::test_prompts {
namespace {

std::string words(const ExpectedSource& source) {
  const auto& page = source.page_number.value;
  return page ? source.filename + ", page " + std::to_string(*page) : source.filename;
}

std::string words(const std::vector<answer::Source>& sources) {
  std::string out;
  for (const auto& source : sources) {
    out.append(out.empty() ? "" : "; ").append(words(ExpectedSource{source.filename, source.page_number}));
  }
  return out.empty() ? "no sources" : out;
}

bool is_cited(const ExpectedSource& expected, const std::vector<answer::Source>& sources) {
  return std::ranges::any_of(sources, [&](const answer::Source& source) {
    const auto& page = expected.page_number.value;
    return source.filename == expected.filename && (!page || source.page_number.value == page);
  });
}

}  // namespace

std::vector<FailedExpectation> grade(const Expectation& expectation, const answer::Result& result) {
  std::vector<FailedExpectation> failures;
  const auto truth = [](bool value) { return std::string(value ? "true" : "false"); };
  if (expectation.answered && *expectation.answered != result.answered) {
    failures.push_back({"answered", truth(*expectation.answered), truth(result.answered)});
  }
  const auto answer = ascii_lower(result.answer);
  for (const auto& text : expectation.contains) {
    if (!answer.contains(ascii_lower(text))) failures.push_back({"contains", text, result.answer});
  }
  for (const auto& text : expectation.not_contains) {
    if (answer.contains(ascii_lower(text))) failures.push_back({"notContains", text, result.answer});
  }
  for (const auto& source : expectation.sources) {
    if (!is_cited(source, result.sources)) failures.push_back({"sources", words(source), words(result.sources)});
  }
  return failures;
}

}  // namespace oprag::test_prompts
