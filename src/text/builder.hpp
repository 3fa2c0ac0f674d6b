// Puts a document together, page by page and block by block, and keeps the count of code points.
#pragma once
#include <string>
#include <string_view>

#include "text/document.hpp"

namespace oprag::text {

class TooMuchText {};

class Builder {
 public:
  Builder(Document& document, const Limits& limits) : document_(document), limits_(limits) {}

  // Throws TooMuchText (pages too).
  void begin_page(std::optional<std::int64_t> number);
  // A block on a line of its own, without empty ones. Returns the offset at which its text begins.
  std::int64_t add(BlockKind kind, std::string_view text, std::int32_t level = 0, std::int32_t table = -1);
  void end_page();
  // What readers of the present page do not see; bounded, what is beyond is let go.
  void hide(std::string_view text);
  std::int32_t new_table() { return tables_++; }
  Page& page() { return document_.pages.back(); }

 private:
  void append(std::string_view text);

  Document& document_;
  const Limits& limits_;
  std::int64_t length_ = 0;  // code points so far
  std::int32_t tables_ = 0;
  std::size_t hidden_ = 0;  // bytes
};

// Valid UTF-8 without control, tag and other invisible characters that could smuggle; runs of blanks as one.
std::string clean(std::string_view text);

}  // namespace oprag::text
