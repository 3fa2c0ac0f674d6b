// Text inside HTML that we write ourselves.
#pragma once
#include <string>
#include <string_view>

namespace oprag {

// As an element's text or within a quoted attribute: means the same characters there, and no markup.
std::string html_escaped(std::string_view text);

}  // namespace oprag
