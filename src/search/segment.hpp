// One document version as the index keeps it: its passages, their words already cut and stemmed, their vectors already
// int8. Made once when the document is read, stored as bytes, and never changed.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "search/names.hpp"

namespace oprag::search {

enum class PassageKind : std::uint8_t { prose, table, heading_only };

// What a document says of itself (a period, a party, a product …): found by the words of its value.
struct Attribute {
  std::string name, value;
  bool operator==(const Attribute&) const = default;
};
inline constexpr std::string_view names_attribute = "names", period_attribute = "period";

struct Document {
  DocumentId id;
  std::int64_t version = 1;
  std::string filename;     // as given
  std::string key_name;     // last part of the object key
  std::string title;        // as read from the document
  std::string text_sha256;  // of the extracted text
  std::string language;     // chooses the stemmer
  std::vector<Attribute> attributes;
  bool operator==(const Document&) const = default;
};

// A stretch of one page. `text` is exactly [start, end) of the document version's extracted text, in code points.
struct Passage {
  std::uint32_t ordinal = 0;  // its place among the document's passages, from 0
  std::int64_t start = 0, end = 0;
  std::optional<std::int64_t> page;  // 1-based
  PassageKind kind = PassageKind::prose;
  std::vector<std::string> headings;  // outermost first
  std::string table_head;             // column heads of the table that the passage continues; not part of `text`
  std::string text;
  bool operator==(const Passage&) const = default;
};

// The words of one field, text after text, in reading order. An entry is an index into the segment's vocabulary; the
// top bit says that it stands at the position of the entry before it.
class TermStream {
 public:
  static constexpr std::uint32_t same_position = 0x8000'0000;

  std::span<const std::uint32_t> text(std::size_t index) const;
  std::size_t texts() const noexcept { return ends_.size(); }
  void push(std::uint32_t entry) { entries_.push_back(entry); }
  void end_text() { ends_.push_back(static_cast<std::uint32_t>(entries_.size())); }
  bool operator==(const TermStream&) const = default;

 private:
  std::vector<std::uint32_t> entries_;
  std::vector<std::uint32_t> ends_;
};

struct Segment {
  Document document;
  std::vector<Passage> passages;     // passages[i].ordinal == i
  std::size_t dimension = 0;         // 0: without vectors
  std::vector<std::int8_t> vectors;  // passages × dimension
  std::vector<float> scales;         // one a passage

  std::vector<std::string> vocabulary;
  TermStream body, headings;  // one text a passage
  TermStream title;           // one text: file name, title and attributes

  // Follow from `document`, so they are not stored.
  Names names;
  Periods periods;

  bool operator==(const Segment&) const = default;
};

// `vectors`: one a passage, all of one dimension, or none at all; anything else is a std::invalid_argument. Sets the
// ordinals.
Segment make_segment(Document document, std::vector<Passage> passages, std::span<const std::vector<float>> vectors);

// Sets what follows from the segment's document.
void read_names(Segment& segment);

std::string encode(const Segment& segment);
// The header and checksum before a payload. What encode ends with; apart, so that a test can write a payload of its
// own.
std::string with_header(std::string_view payload);
// Bytes from anywhere: everything is checked, and the error says what is wrong.
std::expected<Segment, std::string> decode(std::string_view bytes);

}  // namespace oprag::search
