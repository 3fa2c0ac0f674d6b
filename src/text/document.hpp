// What is read from a file. All offsets are Unicode code points in Document::text; pages are separated by one form feed
// that belongs to none of them.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace oprag::text {

// Part of a segment's generation: raised whenever the same bytes may give other text.
inline constexpr const char* extractor_version = "4";

enum class BlockKind : std::uint8_t {
  paragraph,
  heading,
  list_item,
  table_row,
  table_head,
  code,
  page_header,
  page_footer
};

struct Block {
  BlockKind kind = BlockKind::paragraph;
  std::int32_t level = 0;   // of a heading, 1 to 6
  std::int32_t table = -1;  // which table of the document a row or head belongs to
  std::int64_t start = 0, end = 0;
  bool operator==(const Block&) const = default;
};

// A word on a PDF page as it is displayed: points, origin top left.
struct Box {
  std::int64_t start = 0, end = 0;
  float x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Box&) const = default;
};

struct Page {
  std::optional<std::int64_t> number;  // 1-based; nothing for formats without pages
  std::int64_t start = 0, end = 0;
  float width = 0, height = 0;  // points; 0 for formats without pages
  std::vector<Block> blocks;    // in reading order
  std::vector<Box> boxes;       // in reading order
  bool operator==(const Page&) const = default;
};

// Words that the file holds and shows to nobody: drawn invisibly, in white, far too small, or marked as hidden.
struct Hidden {
  std::optional<std::int64_t> page;
  std::string text;
  bool operator==(const Hidden&) const = default;
};

struct Document {
  std::string media_type;
  std::string title;
  std::string language;  // "en"; empty when it cannot be told
  std::string text;      // UTF-8
  std::vector<Page> pages;
  std::vector<Hidden> hidden;  // not part of the text
  bool operator==(const Document&) const = default;
};

struct Limits {
  std::int64_t pages = 5'000;
  std::int64_t text_bytes = 50'000'000;
  std::int64_t unpacked_bytes = 200'000'000;
  std::int64_t unpack_ratio = 100;  // after the first MB
  std::int64_t archive_entries = 10'000;
};

// Why a file cannot be read: a stable code (the contract's error.code) and words for its owner.
struct ReadError {
  std::string code;
  std::string message;
};

// Called after each finished page or section; `total` is 0 while unknown.
using OnPage = std::function<void(std::int64_t done, std::int64_t total)>;

// By content; the name only tells apart kinds of plain text. See detect.hpp.
std::expected<Document, ReadError> read(const std::string& bytes, const std::string& filename, const Limits& limits,
                                        const OnPage& on_page = {});

// A document's stored form, versioned and checked.
std::string encode(const Document& document);
// Bytes from anywhere: offsets in range and in order, valid UTF-8; the error says what is wrong.
std::expected<Document, std::string> decode(std::string_view bytes);

}  // namespace oprag::text
