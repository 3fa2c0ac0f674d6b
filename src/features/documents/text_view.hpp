// The extracted text of a document version, page by page, and where a stretch of it stands on the page.
#pragma once
#include "blobs/object_store.hpp"
#include "features/documents/records.hpp"
#include "features/projects/projects.hpp"
#include "text/document.hpp"

namespace oprag::documents {

inline constexpr std::int64_t pages_per_answer = 20;

struct TextQuery {
  std::optional<json::Whole<1, 1'000'000>> version;
  std::optional<json::Whole<1, 1'000'000>> page;
  std::optional<json::Whole<0, 1'000'000'000>> start, end;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(TextQuery, (), (version, page, start, end, cursor))

struct TextPage {
  std::optional<std::int64_t> page_number;
  std::int64_t start = 0, end = 0;
  std::string text;
  std::vector<std::string> headings;
  bool has_text = false;
};
BOOST_DESCRIBE_STRUCT(TextPage, (), (page_number, start, end, text, headings, has_text))

// PDF points, origin top left.
struct Rect {
  std::int64_t page_number = 0;
  double x = 0, y = 0, width = 0, height = 0;
};
BOOST_DESCRIBE_STRUCT(Rect, (), (page_number, x, y, width, height))

struct TextAnswer {
  DocumentId document_id;
  std::int64_t version = 1;
  std::int64_t total_pages = 0;
  std::vector<TextPage> pages;
  json::Omittable<std::vector<Rect>> rects;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TextAnswer, (), (document_id, version, total_pages, pages, rects, next_cursor))

class TextView {
 public:
  TextView(db::Database& database, blobs::ObjectStore& objects, const Cursors& cursors)
      : database_(database), objects_(objects), cursors_(cursors) {}
  TextAnswer read(const Caller& caller, const ProjectId& project, const DocumentId& document,
                  const TextQuery& query) const;

 private:
  db::Database& database_;
  blobs::ObjectStore& objects_;
  const Cursors& cursors_;
};

// One rectangle per line of the stretch.
std::vector<Rect> rects_of(const text::Document& document, std::int64_t start, std::int64_t end);

}  // namespace oprag::documents
