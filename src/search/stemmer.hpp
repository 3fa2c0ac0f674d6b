// Snowball stemming by language code.
#pragma once
#include <string>
#include <string_view>

namespace oprag::search {

// The stem of a folded word. `language`: "en", "de-AT", …; one without a Snowball algorithm leaves the word as it is.
std::string stem(std::string_view word, std::string_view language);

}  // namespace oprag::search
