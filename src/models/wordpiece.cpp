#include "models/wordpiece.hpp"

#include <utf8proc.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::models {
namespace {

constexpr std::size_t max_word_length = 100;  // code points; a longer word is unknown
constexpr utf8proc_int32_t replacement = 0xfffd;

bool is_blank(utf8proc_int32_t c) {
  if (c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85) return true;
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP;
}

bool is_dropped(utf8proc_int32_t c) {
  if (c == 0 || c == replacement) return true;
  if (c == '\t' || c == '\n' || c == '\r') return false;
  const auto category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CO ||
         category == UTF8PROC_CATEGORY_CS;
}

bool is_punctuation(utf8proc_int32_t c) {
  if (c < 0x80)
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

// The blocks that BERT calls Chinese: no kana, no Hangul.
bool is_ideograph(utf8proc_int32_t c) {
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x2a6df) ||
         (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

void append(std::string& out, utf8proc_int32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(c, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

// Without control characters, blanks as ' ', ideographs between blanks. Malformed bytes are dropped like U+FFFD.
std::string cleaned(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    utf8proc_int32_t c = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + i),
                                       static_cast<utf8proc_ssize_t>(text.size() - i), &c);
    i += size > 0 ? static_cast<std::size_t>(size) : 1;
    if (size <= 0 || is_dropped(c)) continue;
    if (is_blank(c)) {
      out += ' ';
    } else if (is_ideograph(c)) {
      out += ' ';
      append(out, c);
      out += ' ';
    } else {
      append(out, c);
    }
  }
  return out;
}

std::vector<utf8proc_int32_t> decomposed(const std::string& text, WordPiece::Case letter_case) {
  const auto options = static_cast<utf8proc_option_t>(
      letter_case == WordPiece::Case::fold ? UTF8PROC_STABLE | UTF8PROC_DECOMPOSE : UTF8PROC_STABLE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  std::vector<utf8proc_int32_t> out(text.size() + 16);
  auto count = utf8proc_decompose(bytes, size, out.data(), static_cast<utf8proc_ssize_t>(out.size()), options);
  if (count > static_cast<utf8proc_ssize_t>(out.size())) {
    out.resize(static_cast<std::size_t>(count));
    count = utf8proc_decompose(bytes, size, out.data(), count, options);
  }
  out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return out;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    out.push_back(line);
  }
  return out;
}

WordPiece from_tokenizer_json(const std::filesystem::path& path) {
  const auto wrong = [&](const char* what) { return std::runtime_error(path.string() + ": " + what); };
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = 64;
  const auto value = boost::json::parse(read(path), failed, {}, options);
  if (failed || !value.is_object()) throw wrong("not a JSON object");
  try {
    const auto& model = value.at("model").as_object();
    if (model.at("type").as_string() != "WordPiece") throw wrong("only WordPiece tokenizers can be used");
    const auto& vocabulary = model.at("vocab").as_object();
    std::vector<std::string> pieces(vocabulary.size());
    for (const auto& [piece, id] : vocabulary) pieces.at(id.to_number<std::size_t>()) = piece;
    const auto& normalizer = value.at("normalizer").as_object();
    const auto* lowercase = normalizer.if_contains("lowercase");
    const bool folds = !lowercase || !lowercase->is_bool() || lowercase->as_bool();
    return WordPiece(pieces, folds ? WordPiece::Case::fold : WordPiece::Case::keep);
  } catch (const std::logic_error&) {  // a member is missing or of another type
    throw wrong("not a tokenizer");
  } catch (const boost::system::system_error&) {
    throw wrong("not a tokenizer");
  }
}

}  // namespace

WordPiece::WordPiece(const std::vector<std::string>& vocabulary, Case letter_case) : case_(letter_case) {
  ids_.reserve(vocabulary.size());
  for (std::size_t i = 0; i < vocabulary.size(); ++i) ids_.emplace(vocabulary[i], static_cast<std::int64_t>(i));
  classify_ = special("[CLS]");
  separate_ = special("[SEP]");
  unknown_ = special("[UNK]");
}

WordPiece WordPiece::from_directory(const std::filesystem::path& directory) {
  if (const auto path = directory / "tokenizer.json"; std::filesystem::exists(path)) return from_tokenizer_json(path);
  return WordPiece(lines(read(directory / "vocab.txt")), Case::fold);
}

std::int64_t WordPiece::special(std::string_view piece) const {
  const auto found = ids_.find(piece);
  if (found == ids_.end()) throw std::runtime_error("the vocabulary has no " + std::string(piece));
  return found->second;
}

void WordPiece::append_pieces(std::string_view word, std::vector<std::int64_t>& out) const {
  if (word.empty()) return;
  if (code_points(word) > max_word_length) return out.push_back(unknown_);
  const auto first = out.size();
  std::string piece;
  for (std::size_t begin = 0; begin < word.size();) {
    auto end = word.size();
    auto found = ids_.end();
    while (end > begin) {
      piece.assign(begin ? "##" : "").append(word.substr(begin, end - begin));
      if (found = ids_.find(piece); found != ids_.end()) break;
      do --end;
      while (end > begin && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80);
    }
    if (found == ids_.end()) {  // one unknown piece makes the whole word unknown
      out.resize(first);
      return out.push_back(unknown_);
    }
    out.push_back(found->second);
    begin = end;
  }
}

std::vector<std::int64_t> WordPiece::encode(std::string_view text, std::size_t max_tokens) const {
  std::vector<std::int64_t> out = {classify_};
  std::string word;
  const auto end_word = [&] {
    append_pieces(word, out);
    word.clear();
  };
  for (auto c : decomposed(cleaned(text), case_)) {
    if (out.size() >= max_tokens) break;  // the rest would be cut off
    if (case_ == Case::fold) {
      if (utf8proc_category(c) == UTF8PROC_CATEGORY_MN) continue;
      c = utf8proc_tolower(c);
    }
    if (is_blank(c)) {
      end_word();
    } else if (is_punctuation(c)) {
      end_word();
      append(word, c);
      end_word();
    } else {
      append(word, c);
    }
  }
  end_word();
  if (out.size() > max_tokens - 1) out.resize(max_tokens - 1);
  out.push_back(separate_);
  return out;
}

}  // namespace oprag::models
