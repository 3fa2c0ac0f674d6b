// What `oprag eval` can be told to measure.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "eval/measures.hpp"

namespace oprag::eval {

// pages, documents, spans, unanswerable, languages: how the files under a path are read, and what is measured on them.
struct Kind {
  std::string_view name;
  std::string_view help;
  std::vector<Figure> (*measure)(System& system, const std::filesystem::path& path, std::size_t most);
};
const std::vector<Kind>& kinds();

// {"figures": [{set, measure, n, value, low, high} …]}; low and high are null for what has no interval.
boost::json::object json_of(const std::vector<Figure>& figures);

}  // namespace oprag::eval
