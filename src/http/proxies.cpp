#include "http/proxies.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>
#include <stdexcept>

#include "base/text.hpp"

namespace oprag::http {

namespace ip = boost::asio::ip;

namespace {

ip::address_v6::bytes_type bits_of(const ip::address& address) {
  return (address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6()).to_bytes();
}

ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks) {
    const auto slash = text.find('/');
    boost::system::error_code error;
    const auto address = ip::make_address(text.substr(0, slash), error);
    if (error) throw std::invalid_argument("trusted_proxies: '" + text + "' is no address or network");
    int length = address.is_v4() ? 32 : 128;
    if (slash != std::string::npos) {
      const auto* end = text.data() + text.size();
      const int longest = length;
      const auto [stop, failure] = std::from_chars(text.data() + slash + 1, end, length);
      if (failure != std::errc{} || stop != end || length < 0 || length > longest) {
        throw std::invalid_argument("trusted_proxies: '" + text + "' has no valid prefix length");
      }
    }
    networks_.push_back({bits_of(address), address.is_v4() ? length + 96 : length});
  }
}

bool TrustedProxies::trusts(const ip::address& address) const {
  const auto bits = bits_of(address);
  return std::ranges::any_of(networks_, [&](const Network& network) {
    for (int bit = 0; bit < network.length; ++bit) {
      const auto byte = static_cast<std::size_t>(bit / 8);
      if (((bits[byte] ^ network.bits[byte]) >> (7 - bit % 8)) & 1) return false;
    }
    return true;
  });
}

std::string TrustedProxies::client_address(const ip::address& peer, const Headers& headers) const {
  auto client = peer;
  std::string forwarded;  // several fields are one list
  for (const auto& [name, value] : headers) {
    if (ascii_lower(name) == "x-forwarded-for") forwarded.append(forwarded.empty() ? "" : ",").append(value);
  }
  // From the right: each hop appended what it saw, so only what a trusted hop wrote is believed.
  std::string_view rest = forwarded;
  while (trusts(client) && !rest.empty()) {
    const auto comma = rest.rfind(',');
    const auto last = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    rest = comma == std::string_view::npos ? "" : rest.substr(0, comma);
    boost::system::error_code error;
    const auto next = ip::make_address(last, error);
    if (error) break;
    client = next;
  }
  return plain(client).to_string();
}

}  // namespace oprag::http
