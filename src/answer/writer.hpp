// An answer that grows sentence by sentence, each on a source, within the bounds of an answer.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "answer/extract.hpp"
#include "answer/result.hpp"

namespace oprag::answer {

enum class Join { same_line, new_line };

class Writer {
 public:
  // Both outlive the writer.
  Writer(const index::View& view, Result& out) : view_(view), out_(out) {}

  // `text` stands on `quote`. False, and nothing changes, when it is in the answer already or the answer would stand on
  // more sources or pages than it may.
  bool add(std::string_view text, const Quote& quote, Support support, Join join);

 private:
  std::optional<std::int64_t> source_index(const Quote& quote);

  const index::View& view_;
  Result& out_;
  std::vector<Quote> quotes_;
  std::set<std::pair<std::size_t, std::int64_t>> pages_;
  std::set<std::string, std::less<>> said_;
};

}  // namespace oprag::answer
