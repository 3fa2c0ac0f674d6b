#include "index/prepare.hpp"

namespace oprag::index {
namespace {

std::string embedded_text(const Document& document, const Passage& passage) {
  std::string out = document.filename;
  if (!document.title.empty()) out.append(" | ").append(document.title);
  for (const auto& heading : passage.headings) out.append(" | ").append(heading);
  if (!passage.table_head.empty()) out.append("\n").append(passage.table_head);
  return out.append("\n").append(passage.text);
}

}  // namespace

Prepared prepare(const Document& document, const text::Document& read, const text::ChunkOptions& options) {
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
  return out;
}

}  // namespace oprag::index
