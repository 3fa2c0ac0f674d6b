// One reader per format but PDF. Each fills in blocks; read() adds media type and language and judges the result.
#pragma once
#include <string>
#include <string_view>

#include "text/builder.hpp"

namespace oprag::text {

using ReadResult = std::expected<Document, ReadError>;

// Bytes in whatever encoding as UTF-8.
std::string to_utf8(std::string_view bytes);

ReadResult read_plain(std::string_view text, const Limits& limits);
ReadResult read_markdown(std::string_view text, const Limits& limits);
ReadResult read_html(std::string_view text, const Limits& limits);
ReadResult read_csv(std::string_view text, const Limits& limits);
ReadResult read_docx(const std::string& bytes, const Limits& limits, const OnPage& on_page);
ReadResult read_pptx(const std::string& bytes, const Limits& limits, const OnPage& on_page);
ReadResult read_xlsx(const std::string& bytes, const Limits& limits, const OnPage& on_page);

}  // namespace oprag::text
