#include "index/prepare.hpp"

#include <regex>
#include <set>

#include "base/text.hpp"

namespace oprag::index {
namespace {

std::string embedded_text(const Document& document, const Passage& passage) {
  std::string out = document.filename;
  if (!document.title.empty()) out.append(" | ").append(document.title);
  for (const auto& heading : passage.headings) out.append(" | ").append(heading);
  if (!passage.table_head.empty()) out.append("\n").append(passage.table_head);
  return out.append("\n").append(passage.text);
}

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
