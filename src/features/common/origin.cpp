#include "features/common/origin.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace oprag {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

// "example.com", "127.0.0.1" or "[::1]" at the front of `rest`, which is shortened by it.
bool take_host(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const auto inside = rest.substr(1, close - 1);
    in6_addr address{};
    if (::inet_pton(AF_INET6, std::string(inside).c_str(), &address) != 1) return false;
    rest.remove_prefix(close + 1);
    return true;
  }
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_host_character);
  const auto length = static_cast<std::size_t>(end - rest.begin());
  const auto host = rest.substr(0, length);
  rest.remove_prefix(length);
  return !host.empty() && host.front() != '.' && host.front() != '-' && host.find("..") == std::string_view::npos;
}

}  // namespace

bool is_origin(std::string_view text) {
  if (text.size() > 255) return false;
  auto rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return false;
  }
  if (!take_host(rest)) return false;
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits > 5 || std::stoi(std::string(rest.substr(0, digits))) > 65535) return false;
    rest.remove_prefix(digits);
  }
  return rest.empty() || rest == "/";
}

bool browser_can_send(const Origin& origin) {
  const auto& text = origin.value;
  if (text.ends_with('/')) return false;
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return false;
  return !(text.starts_with("https://") && text.ends_with(":443")) &&
         !(text.starts_with("http://") && text.ends_with(":80"));
}

}  // namespace oprag
