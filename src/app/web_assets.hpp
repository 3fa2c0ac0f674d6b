#pragma once
#include <span>

#include "http/assets.hpp"

namespace oprag::assets {

// The dashboard, the widget and the docs, as web/build made them (web/CMakeLists.txt); empty without it.
std::span<const http::Asset> web();

}  // namespace oprag::assets
