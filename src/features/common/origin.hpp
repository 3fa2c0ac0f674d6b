// One entry of allowedOrigins: kept and compared byte for byte.
#pragma once
#include <string>

#include "json/codec.hpp"

namespace oprag {

struct Origin {
  std::string value;
  auto operator<=>(const Origin&) const = default;
};

// Whether `text` is http(s)://host[:port] with at most a trailing slash, in at most 255 bytes. `*`, `null`, user names,
// paths and queries are not.
bool is_origin(std::string_view text);
// Whether a browser can ever send it: no trailing slash, no capital letter, no default port.
bool browser_can_send(const Origin& origin);

namespace json {
template <>
struct Codec<Origin> {
  static Origin decode(const bj::value& v, std::string_view at) {
    auto text = Codec<std::string>::decode(v, at);
    if (!is_origin(text)) reject(at, "must be an origin such as https://www.example.com");
    return {std::move(text)};
  }
  static bj::value encode(const Origin& v) { return bj::value(v.value); }
  static bj::object schema(Components&) {
    // Almost: that a port is at most 65535 is more than a pattern should say.
    constexpr auto pattern =
        R"(^https?://(\[[0-9a-fA-F:.]{2,}\]|[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.?)(:[0-9]{1,5})?/?$)";
    return {{"type", "string"},
            {"maxLength", 255},
            {"pattern", pattern},
            {"examples", bj::array{"https://www.example.com"}}};
  }
};
}  // namespace json

}  // namespace oprag
