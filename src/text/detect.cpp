#include "text/detect.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "text/builder.hpp"

namespace oprag::text {
namespace {

constexpr std::size_t looked_at = 4096;

bool ends_with(std::string_view filename, std::initializer_list<std::string_view> endings) {
  const auto lower = ascii_lower(filename);
  return std::ranges::any_of(endings, [&](auto ending) { return lower.ends_with(ending); });
}

// Which Office format an archive holds: the name of its main part stands in the directory, uncompressed.
std::optional<std::string> office_kind(std::string_view bytes) {
  if (bytes.find("word/document.xml") != std::string_view::npos) return std::string(media::docx);
  if (bytes.find("ppt/presentation.xml") != std::string_view::npos) return std::string(media::pptx);
  if (bytes.find("xl/workbook.xml") != std::string_view::npos) return std::string(media::xlsx);
  return {};
}

bool is_utf16_or_32(std::string_view b) {
  return b.starts_with("\xff\xfe") || b.starts_with("\xfe\xff") || b.starts_with(std::string_view("\0\0\xfe\xff", 4));
}

// Text has next to no control characters, whatever its encoding.
bool looks_like_text(std::string_view bytes) {
  if (is_utf16_or_32(bytes)) return true;
  const auto head = bytes.substr(0, looked_at);
  std::size_t odd = 0;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    odd += byte == 0 || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && byte != 0x1b);
  }
  return odd * 100 <= head.size();
}

bool looks_like_html(std::string_view bytes) {
  auto head = ascii_lower(trim(bytes.substr(0, 1024)));
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
  while (head.starts_with("<!--")) {
    const auto end = head.find("-->");
    if (end == std::string::npos) return false;
    head = std::string(trim(std::string_view(head).substr(end + 3)));
  }
  for (const std::string_view tag : {"<!doctype html", "<html", "<head", "<body", "<meta", "<title"}) {
    if (head.starts_with(tag)) return true;
  }
  if (!head.starts_with("<?xml")) return false;
  return head.find("<html") != std::string::npos || head.find("<!doctype html") != std::string::npos;
}

}  // namespace

std::optional<std::string> detect(std::string_view bytes, std::string_view filename) {
  if (bytes.empty()) return std::string(media::plain);  // read() says that it is empty
  // Some producers put a few bytes before the header.
  if (bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos) return std::string(media::pdf);
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) return office_kind(bytes);
  if (!looks_like_text(bytes)) return {};
  if (looks_like_html(bytes)) return std::string(media::html);
  if (ends_with(filename, {".html", ".htm"})) return std::string(media::html);
  if (ends_with(filename, {".md", ".markdown"})) return std::string(media::markdown);
  if (ends_with(filename, {".csv", ".tsv"})) return std::string(media::csv);
  return std::string(media::plain);
}

std::string display_filename(std::string_view name) {
  auto text = clean(name);
  std::erase(text, '\n');
  auto* composed = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  if (composed) text = reinterpret_cast<const char*>(composed);
  std::free(composed);
  return std::string(trim(text));
}

}  // namespace oprag::text
