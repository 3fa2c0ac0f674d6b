#include "index/prepare.hpp"

#include <algorithm>
#include <regex>

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

// What the passages say that the document is about and of when.
void add_attributes(Document& document, std::span<const Passage> passages) {
  std::vector<std::string_view> texts;
  for (const auto& passage : passages) texts.emplace_back(passage.text);
  std::string names;
  for (const auto& name : search::own_names(texts)) names.append(names.empty() ? "" : " ").append(name);
  if (!names.empty()) document.attributes.push_back({std::string(search::names_attribute), std::move(names)});
  if (const auto year = search::own_year(texts))
    document.attributes.push_back({std::string(search::period_attribute), std::to_string(*year)});
}

}  // namespace

Prepared prepare(Document& document, const text::Document& read, const text::ChunkOptions& options) {
  Prepared out;
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
  add_attributes(document, out.passages);
  return out;
}

}  // namespace oprag::index
