#include "index/prepare.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.hpp"

namespace oprag::index {
namespace {

constexpr std::size_t nearest_headings = 2;
constexpr std::size_t longest_part = 100;  // code points: the passage's own words must have room

// A file's name without its suffix, when it has a word in it at all.
std::string spoken_name(const std::string& filename) {
  static const std::regex word("[A-Za-z]{3}|[\x80-\xff]{2}");
  auto out = filename.substr(0, filename.rfind('.'));
  std::ranges::replace(out, '_', ' ');
  return std::regex_search(out, word) ? out : std::string();
}

}  // namespace

// Where the passage stands, each thing said once, and its words.
std::string embedded_text(const Document& document, const Passage& passage) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view part) {
    part = trim(first_code_points(part, longest_part));
    if (part.empty() || passage.text.starts_with(part) || std::ranges::find(parts, part) != parts.end()) return;
    parts.emplace_back(part);
  };
  add(spoken_name(document.filename));
  add(document.title);
  const auto& headings = passage.headings;
  for (auto i = headings.size() - std::min(headings.size(), nearest_headings); i < headings.size(); ++i)
    add(headings[i]);
  std::string out;
  for (const auto& part : parts) out.append(out.empty() ? "" : " | ").append(part);
  if (!passage.text.contains(passage.table_head))
    out.append("\n").append(first_code_points(passage.table_head, 2 * longest_part));
  return out.append(out.empty() ? "" : "\n").append(passage.text);
}

namespace {

// The years that a document begins with: what it is about when neither its name nor its title says so.
std::string opening_years(const text::Document& read) {
  constexpr std::size_t opening = 1500;  // code points
  if (read.pages.empty() || !read.pages.front().number) return {};
  const auto text =
      first_code_points(read.text, std::min<std::size_t>(opening, static_cast<std::size_t>(read.pages.front().end)));
  static const std::regex year(R"(\b(19|20)[0-9]{2}\b)");
  std::set<std::string> years;
  for (std::cregex_iterator it(text.data(), text.data() + text.size(), year), end; it != end; ++it)
    years.insert(it->str());
  std::string out;
  for (const auto& y : years) out.append(out.empty() ? "" : " ").append(y);
  return out;
}

}  // namespace

Prepared prepare(Document& document, const text::Document& read, const text::ChunkOptions& options) {
  Prepared out;
  if (auto years = opening_years(read); !years.empty()) document.attributes.push_back({"period", std::move(years)});
  for (auto& chunk : text::passages_of(read, options)) {
    out.passages.push_back({.ordinal = static_cast<std::uint32_t>(out.passages.size()),
                            .start = chunk.start,
                            .end = chunk.end,
                            .page = chunk.page,
                            .kind = chunk.table ? PassageKind::table : PassageKind::prose,
                            .headings = std::move(chunk.headings),
                            .table_head = std::move(chunk.table_head),
                            .text = std::move(chunk.text)});
    out.embedded.push_back(embedded_text(document, out.passages.back()));
  }
  return out;
}

}  // namespace oprag::index
