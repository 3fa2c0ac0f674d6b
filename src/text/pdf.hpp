// PDF through PDFium.
#pragma once
#include "text/document.hpp"

namespace oprag::text {

std::expected<Document, ReadError> read_pdf(const std::string& bytes, const Limits& limits, const OnPage& on_page);

}  // namespace oprag::text
