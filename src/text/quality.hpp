// Whether extracted text is language, or what a damaged font table makes of it.
#pragma once
#include <string_view>

namespace oprag::text {

// 0 to 1: the share of letters that stand in plausible words. 1 for too little text to judge.
double quality_of(std::string_view text);
inline constexpr double readable_quality = 0.5;

}  // namespace oprag::text
