// The few questions about UTF-8 text that every layer asks.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace oprag {

bool is_valid_utf8(std::string_view text);
// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);
// Without white space (as ECMAScript's trim knows it) at either end.
std::string_view trim(std::string_view text);
// The first `count` code points.
std::string_view first_code_points(std::string_view text, std::size_t count);
std::string ascii_lower(std::string_view text);

}  // namespace oprag
