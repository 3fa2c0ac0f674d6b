#include <cld2/public/compact_lang_det.h>

#include <algorithm>

#include "base/text.hpp"
#include "text/detect.hpp"
#include "text/formats.hpp"
#include "text/pdf.hpp"
#include "text/quality.hpp"

namespace oprag::text {
namespace {

constexpr std::size_t language_sample = 20'000;  // bytes

std::string language_of(const std::string& text) {
  bool reliable = false;
  const auto sample = std::string_view(text).substr(0, language_sample);
  const auto language = CLD2::DetectLanguage(sample.data(), static_cast<int>(sample.size()), true, &reliable);
  if (language == CLD2::UNKNOWN_LANGUAGE || (!reliable && sample.size() > 500)) return {};
  return std::string(CLD2::LanguageCode(language)).substr(0, 2);
}

// What a document is called that does not say so apart from its text.
std::string opening_heading(const Document& document) {
  for (const auto& page : document.pages) {
    if (page.number) return {};  // what a printed page begins with may be anything
    if (page.blocks.empty()) continue;
    const auto& block = page.blocks.front();
    if (block.kind != BlockKind::heading) return {};
    const auto rest =
        document.text.substr(first_code_points(document.text, static_cast<std::size_t>(block.start)).size());
    return std::string(first_code_points(rest, static_cast<std::size_t>(block.end - block.start)));
  }
  return {};
}

// Characters U+E0020 to U+E007E draw nothing and spell ASCII.
void reveal_tags(const std::string& text, Document& document) {
  std::string spelled;
  for (std::size_t i = 0; i + 3 < text.size(); ++i) {
    if (text.compare(i, 2, "\xf3\xa0") != 0) continue;
    const auto c =
        (static_cast<unsigned char>(text[i + 2]) - 0x80) * 64 + (static_cast<unsigned char>(text[i + 3]) & 63);
    if (c >= 0x20 && c < 0x7f) spelled += static_cast<char>(c);
  }
  if (!spelled.empty()) document.hidden.push_back({{}, std::string(first_code_points(spelled, 10'000))});
}

ReadResult read_text(const std::string& type, const std::string& bytes, const Limits& limits) {
  const auto text = to_utf8(bytes);
  auto out = type == media::html       ? read_html(text, limits)
             : type == media::markdown ? read_markdown(text, limits)
             : type == media::csv      ? read_csv(text, limits)
                                       : read_plain(text, limits);
  if (out) reveal_tags(text, *out);
  return out;
}

ReadResult read_kind(const std::string& type, const std::string& bytes, const Limits& limits, const OnPage& on_page) {
  if (type == media::pdf) return read_pdf(bytes, limits, on_page);
  if (type == media::docx) return read_docx(bytes, limits, on_page);
  if (type == media::pptx) return read_pptx(bytes, limits, on_page);
  if (type == media::xlsx) return read_xlsx(bytes, limits, on_page);
  return read_text(type, bytes, limits);
}

}  // namespace

std::expected<Document, ReadError> read(const std::string& bytes, const std::string& filename, const Limits& limits,
                                        const OnPage& on_page) {
  if (trim(bytes).empty()) return std::unexpected(ReadError{"empty_file", "The file is empty"});
  const auto type = detect(bytes, filename);
  if (!type) return std::unexpected(ReadError{"unsupported_type", "The file's content is of no type that can be read"});
  try {
    auto out = read_kind(*type, bytes, limits, on_page);
    if (!out) return out;
    out->media_type = *type;
    if (std::ranges::all_of(out->pages, [](const Page& p) { return p.blocks.empty(); })) {
      return std::unexpected(
          *type == media::pdf
              ? ReadError{"no_text", "No page has text; it may be a scan: turn on OCR or upload a searchable PDF"}
              : ReadError{"no_text", "The file has no text"});
    }
    if (quality_of(out->text) < readable_quality) {
      return std::unexpected(
          ReadError{"unreadable_text", "The file's text comes out garbled; its fonts or the file may be damaged"});
    }
    out->language = language_of(out->text);
    if (out->title.empty()) out->title = opening_heading(*out);
    return out;
  } catch (const TooMuchText&) {
    return std::unexpected(ReadError{
        "too_much_text", "The file holds more than " + std::to_string(limits.text_bytes / 1'000'000) + " MB of text"});
  } catch (const ReadError& e) {
    return std::unexpected(e);
  }
}

}  // namespace oprag::text
