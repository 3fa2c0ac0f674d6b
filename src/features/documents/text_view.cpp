#include "features/documents/text_view.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace oprag::documents {
namespace {

std::string slice(std::string_view text, std::int64_t start, std::int64_t end) {
  const auto from = first_code_points(text, static_cast<std::size_t>(start)).size();
  return std::string(first_code_points(text.substr(from), static_cast<std::size_t>(end - start)));
}

TextPage shown(const text::Document& document, const text::Page& page) {
  TextPage out{.page_number = page.number,
               .start = page.start,
               .end = page.end,
               .text = slice(document.text, page.start, page.end),
               .headings = {},
               .has_text = !page.blocks.empty()};
  for (const auto& block : page.blocks) {
    if (block.kind == text::BlockKind::heading) out.headings.push_back(slice(document.text, block.start, block.end));
  }
  return out;
}

}  // namespace

std::vector<Rect> rects_of(const text::Document& document, std::int64_t start, std::int64_t end) {
  std::vector<Rect> out;
  for (const auto& page : document.pages) {
    if (page.end <= start || page.start >= end || !page.number) continue;
    for (const auto& box : page.boxes) {
      if (box.end <= start || box.start >= end) continue;
      // Words of one line grow one rectangle; a jump in height or to the left begins the next.
      const bool same_line =
          !out.empty() && out.back().page_number == *page.number &&
          std::abs(out.back().y - static_cast<double>(box.y)) < static_cast<double>(box.height) / 2 &&
          static_cast<double>(box.x) >= out.back().x;
      if (same_line) {
        auto& r = out.back();
        const auto bottom = std::max(r.y + r.height, static_cast<double>(box.y + box.height));
        r.y = std::min(r.y, static_cast<double>(box.y));
        r.height = bottom - r.y;
        r.width = std::max(r.width, static_cast<double>(box.x + box.width) - r.x);
      } else {
        out.push_back({*page.number, static_cast<double>(box.x), static_cast<double>(box.y),
                       static_cast<double>(box.width), static_cast<double>(box.height)});
      }
    }
  }
  return out;
}

TextAnswer TextView::read(const Caller& caller, const ProjectId& project, const DocumentId& id,
                          const TextQuery& query) const {
  if (query.start.has_value() != query.end.has_value() || (query.start && query.start->value > query.end->value)) {
    throw Error(ErrorCode::invalid_request, "start and end go together, start first");
  }
  const auto version = database_.read(caller.company, [&](db::Tenant& tenant) {
    projects::require(tenant, project, projects::Archived::refuse);
    const auto row = require(tenant, project, id);
    return require_version(tenant, project, id, query.version ? query.version->value : row.current_version);
  });
  TextAnswer out{
      .document_id = id, .version = version.version, .total_pages = 0, .pages = {}, .rects = {}, .next_cursor = {}};
  if (!version.text_object) return out;
  const auto bytes = objects_.get(*version.text_object);
  if (!bytes) throw std::runtime_error("an extracted text is missing");
  const auto document = text::decode(*bytes);
  if (!document) throw std::runtime_error("an extracted text is damaged: " + document.error());

  const auto total = static_cast<std::int64_t>(document->pages.size());
  out.total_pages = total;
  const auto scope = "text " + caller.company.value + " " + id.value + " " + std::to_string(version.version);
  std::int64_t from = query.cursor ? cursors_.open(scope, query.cursor).time : 0, to = total;
  if (query.page) {
    if (query.page->value > total) throw Error(ErrorCode::not_found, "The document has no such page");
    from = query.page->value - 1;
    to = from + 1;
  } else if (query.start) {
    // The pages that the stretch touches.
    while (from < total && document->pages[static_cast<std::size_t>(from)].end < query.start->value) ++from;
    to = from;
    while (to < total && document->pages[static_cast<std::size_t>(to)].start < query.end->value) ++to;
  }
  const auto last = std::min(to, from + pages_per_answer);
  for (auto i = from; i < last; ++i)
    out.pages.push_back(shown(*document, document->pages[static_cast<std::size_t>(i)]));
  if (last < to) out.next_cursor = cursors_.seal(scope, {last, ""});
  if (query.start) out.rects.value = rects_of(*document, query.start->value, query.end->value);
  return out;
}

}  // namespace oprag::documents
