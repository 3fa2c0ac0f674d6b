// The bytes of a segment:
//   "OPSG", u16 format, u16 zero, u64 payload length, 16 bytes BLAKE2b of the payload, payload.
// Numbers are little-endian; in the payload they are LEB128 varints but for vectors (int8) and scales (float32).
#include <sodium.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "search/segment.hpp"

namespace oprag::search {
namespace {

static_assert(std::endian::native == std::endian::little, "scales are copied as they lie in memory");

constexpr std::string_view magic = "OPSG";
constexpr std::uint16_t format = 1;
constexpr std::size_t checksum_size = 16, header_size = 4 + 2 + 2 + 8 + checksum_size;
constexpr std::size_t max_dimension = 65'536;

std::string checksum(std::string_view payload) {
  std::string out(checksum_size, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                     reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), nullptr, 0);
  return out;
}

template <class T>
void put_raw(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T raw_at(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

class Writer {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }
  void bytes(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }
  void stream(const TermStream& stream) {
    for (std::size_t i = 0; i < stream.texts(); ++i) {
      const auto entries = stream.text(i);
      number(entries.size());
      // The flag goes to the lowest bit, so that common terms stay short.
      for (const auto e : entries) {
        number(std::uint64_t{e & ~TermStream::same_position} << 1 | (e & TermStream::same_position ? 1 : 0));
      }
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

struct Malformed {
  const char* what;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number(std::uint64_t limit = std::numeric_limits<std::int64_t>::max()) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (bytes_.empty()) throw Malformed{"ends within a number"};
      if (shift > 56) throw Malformed{"a number is too long"};
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    if (value > limit) throw Malformed{"a number is out of range"};
    return value;
  }
  // How many things follow that take at least `size` bytes each: bounded by what is left, so that a count allocates no
  // more than a small multiple of the input.
  std::size_t count(std::size_t size = 1) { return number(bytes_.size() / size); }
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw Malformed{"ends too early"};
    const auto out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  std::string text() {
    const auto out = take(count());
    if (!is_valid_utf8(out)) throw Malformed{"a text is not UTF-8"};
    return std::string(out);
  }
  TermStream stream(std::size_t texts, std::size_t vocabulary) {
    TermStream out;
    for (std::size_t i = 0; i < texts; ++i) {
      const auto entries = count();
      for (std::size_t e = 0; e < entries; ++e) {
        const auto value = number(std::uint64_t{TermStream::same_position} * 2 - 1);
        if (value >> 1 >= vocabulary) throw Malformed{"a term is not in the vocabulary"};
        if (e == 0 && (value & 1)) throw Malformed{"the first term has no position"};
        out.push(static_cast<std::uint32_t>(value >> 1) | (value & 1 ? TermStream::same_position : 0));
      }
      out.end_text();
    }
    return out;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

void write(Writer& out, const Document& document) {
  out.text(document.id.value);
  out.number(static_cast<std::uint64_t>(document.version));
  for (const auto* text :
       {&document.filename, &document.key_name, &document.title, &document.text_sha256, &document.language}) {
    out.text(*text);
  }
  out.number(document.attributes.size());
  for (const auto& attribute : document.attributes) {
    out.text(attribute.name);
    out.text(attribute.value);
  }
}

Document read_document(Reader& in) {
  Document out;
  out.id.value = in.text();
  out.version = static_cast<std::int64_t>(in.number());
  for (auto* text : {&out.filename, &out.key_name, &out.title, &out.text_sha256, &out.language}) *text = in.text();
  out.attributes.resize(in.count(2));
  for (auto& attribute : out.attributes) {
    attribute.name = in.text();
    attribute.value = in.text();
  }
  return out;
}

void write(Writer& out, const Passage& passage) {
  out.number(static_cast<std::uint64_t>(passage.start));
  out.number(static_cast<std::uint64_t>(passage.end));
  out.number(static_cast<std::uint64_t>(passage.page.value_or(0)));
  out.number(static_cast<std::uint64_t>(passage.kind));
  out.number(passage.headings.size());
  for (const auto& heading : passage.headings) out.text(heading);
  out.text(passage.table_head);
  out.text(passage.text);
}

Passage read_passage(Reader& in, std::size_t ordinal) {
  Passage out;
  out.ordinal = static_cast<std::uint32_t>(ordinal);
  out.start = static_cast<std::int64_t>(in.number());
  out.end = static_cast<std::int64_t>(in.number());
  if (const auto page = in.number()) out.page = static_cast<std::int64_t>(page);
  out.kind = static_cast<PassageKind>(in.number(static_cast<std::uint64_t>(PassageKind::heading_only)));
  out.headings.resize(in.count());
  for (auto& heading : out.headings) heading = in.text();
  out.table_head = in.text();
  out.text = in.text();
  if (out.end < out.start || static_cast<std::size_t>(out.end - out.start) != code_points(out.text)) {
    throw Malformed{"a passage's offsets do not fit its text"};
  }
  return out;
}

void read_vectors(Reader& in, Segment& out) {
  out.dimension = in.number(max_dimension);
  if (out.dimension == 0) return;
  const auto rows = out.passages.size();
  const auto values = in.take(rows * out.dimension);
  out.vectors.assign(reinterpret_cast<const std::int8_t*>(values.data()),
                     reinterpret_cast<const std::int8_t*>(values.data() + values.size()));
  const auto scales = in.take(rows * sizeof(float));
  for (std::size_t i = 0; i < rows; ++i) {
    const auto scale = raw_at<float>(scales, i * sizeof(float));
    if (!std::isfinite(scale) || scale < 0) throw Malformed{"a vector's scale is no scale"};
    out.scales.push_back(scale);
  }
}

Segment read_segment(Reader& in) {
  Segment out;
  out.document = read_document(in);
  const auto passages = in.count(7);
  for (std::size_t i = 0; i < passages; ++i) out.passages.push_back(read_passage(in, i));
  read_vectors(in, out);
  const auto words = in.count();
  for (std::size_t i = 0; i < words; ++i) out.vocabulary.push_back(in.text());
  out.title = in.stream(1, words);
  out.body = in.stream(passages, words);
  out.headings = in.stream(passages, words);
  if (!in.at_end()) throw Malformed{"bytes follow the end"};
  read_names(out);
  return out;
}

}  // namespace

std::string encode(const Segment& segment) {
  Writer out;
  write(out, segment.document);
  out.number(segment.passages.size());
  for (const auto& passage : segment.passages) write(out, passage);
  out.number(segment.dimension);
  out.bytes(segment.vectors.data(), segment.vectors.size());
  out.bytes(segment.scales.data(), segment.scales.size() * sizeof(float));
  out.number(segment.vocabulary.size());
  for (const auto& word : segment.vocabulary) out.text(word);
  out.stream(segment.title);
  out.stream(segment.body);
  out.stream(segment.headings);
  return with_header(out.take());
}

std::string with_header(std::string_view payload) {
  std::string bytes(magic);
  put_raw(bytes, format);
  put_raw(bytes, std::uint16_t{0});
  put_raw(bytes, static_cast<std::uint64_t>(payload.size()));
  return bytes.append(checksum(payload)).append(payload);
}

std::expected<Segment, std::string> decode(std::string_view bytes) {
  const auto wrong = [](std::string_view what) { return std::unexpected("not a segment: " + std::string(what)); };
  if (bytes.size() < header_size || !bytes.starts_with(magic)) return wrong("no header");
  if (raw_at<std::uint16_t>(bytes, 4) != format || raw_at<std::uint16_t>(bytes, 6) != 0) return wrong("unknown format");
  const auto payload = bytes.substr(header_size);
  if (raw_at<std::uint64_t>(bytes, 8) != payload.size()) return wrong("wrong length");
  if (bytes.substr(16, checksum_size) != checksum(payload)) return wrong("wrong checksum");
  try {
    Reader in(payload);
    return read_segment(in);
  } catch (const Malformed& malformed) {
    return wrong(malformed.what);
  }
}

}  // namespace oprag::search
