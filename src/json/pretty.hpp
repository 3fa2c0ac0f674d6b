// JSON for people and for diffs: one member a line, two blanks a level.
#pragma once
#include <boost/json/value.hpp>
#include <string>

namespace oprag::json {

std::string pretty(const boost::json::value& value);

}  // namespace oprag::json
