#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "text/document.hpp"

namespace oprag::text {
namespace {

constexpr std::string_view magic = "oprag text 2\n";

class Writer {
 public:
  std::string out{magic};
  void number(std::int64_t value) {  // zigzag, 7 bits a byte
    auto left = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    while (left >= 0x80) {
      out += static_cast<char>(left | 0x80);
      left >>= 7;
    }
    out += static_cast<char>(left);
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    out += value;
  }
  // Hundredths of a point are enough to mark a word.
  void points(float value) { number(std::lround(value * 100)); }
};

struct Damaged {
  std::string why;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::int64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (rest_.empty() || shift > 63) throw Damaged{"a number is cut short"};
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  std::int64_t within(std::int64_t low, std::int64_t high) {
    const auto value = number();
    if (value < low || value > high) throw Damaged{"a number is out of range"};
    return value;
  }
  // At most as many as the bytes that are left could hold.
  std::size_t count() {
    const auto value = number();
    if (value < 0 || value > static_cast<std::int64_t>(rest_.size())) throw Damaged{"a count is out of range"};
    return static_cast<std::size_t>(value);
  }
  std::string text() {
    const auto size = count();
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (!is_valid_utf8(out)) throw Damaged{"text is not UTF-8"};
    return out;
  }
  float points() { return static_cast<float>(within(-100'000'000, 100'000'000)) / 100; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

Page read_page(Reader& in, std::int64_t from, std::int64_t length) {
  Page page;
  const auto number = in.within(0, 1'000'000);
  if (number > 0) page.number = number;
  page.start = in.within(from, length);
  page.end = in.within(page.start, length);
  page.width = in.points();
  page.height = in.points();
  page.blocks.resize(in.count());
  auto at = page.start;
  for (auto& block : page.blocks) {
    block.kind = static_cast<BlockKind>(in.within(0, static_cast<int>(BlockKind::page_footer)));
    block.level = static_cast<std::int32_t>(in.within(0, 6));
    block.table = static_cast<std::int32_t>(in.within(-1, 10'000'000));
    block.start = at + in.within(0, page.end - at);
    block.end = block.start + in.within(0, page.end - block.start);
    at = block.end;
  }
  page.boxes.resize(in.count());
  at = page.start;
  for (auto& box : page.boxes) {
    box.start = at + in.within(0, page.end - at);
    box.end = box.start + in.within(0, page.end - box.start);
    at = box.end;
    box.x = in.points();
    box.y = in.points();
    box.width = in.points();
    box.height = in.points();
  }
  return page;
}

}  // namespace

std::string encode(const Document& document) {
  Writer w;
  for (const auto* text : {&document.media_type, &document.title, &document.language, &document.text}) w.text(*text);
  w.number(static_cast<std::int64_t>(document.pages.size()));
  for (const auto& page : document.pages) {
    w.number(page.number.value_or(0));
    w.number(page.start);
    w.number(page.end);
    w.points(page.width);
    w.points(page.height);
    w.number(static_cast<std::int64_t>(page.blocks.size()));
    auto at = page.start;
    for (const auto& block : page.blocks) {
      w.number(static_cast<int>(block.kind));
      w.number(block.level);
      w.number(block.table);
      w.number(block.start - at);
      w.number(block.end - block.start);
      at = block.end;
    }
    w.number(static_cast<std::int64_t>(page.boxes.size()));
    at = page.start;
    for (const auto& box : page.boxes) {
      w.number(box.start - at);
      w.number(box.end - box.start);
      at = box.end;
      for (const float value : {box.x, box.y, box.width, box.height}) w.points(value);
    }
  }
  w.number(static_cast<std::int64_t>(document.hidden.size()));
  for (const auto& hidden : document.hidden) {
    w.number(hidden.page.value_or(0));
    w.text(hidden.text);
  }
  return std::move(w.out);
}

std::expected<Document, std::string> decode(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return std::unexpected("not an extracted text of this version");
  try {
    Reader in(bytes.substr(magic.size()));
    Document out;
    for (auto* text : {&out.media_type, &out.title, &out.language, &out.text}) *text = in.text();
    const auto length = static_cast<std::int64_t>(code_points(out.text));
    out.pages.reserve(in.count());
    const auto pages = out.pages.capacity();
    std::int64_t from = 0;
    for (std::size_t i = 0; i < pages; ++i) {
      out.pages.push_back(read_page(in, from, length));
      from = out.pages.back().end;
    }
    out.hidden.resize(in.count());
    for (auto& hidden : out.hidden) {
      const auto number = in.within(0, 1'000'000);
      if (number > 0) hidden.page = number;
      hidden.text = in.text();
    }
    if (!in.done()) return std::unexpected("bytes follow the end");
    return out;
  } catch (const Damaged& damage) {
    return std::unexpected(damage.why);
  }
}

}  // namespace oprag::text
