// Whose address a request comes from when proxies stand before the server.
#pragma once
#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace oprag::http {

class TrustedProxies {
 public:
  TrustedProxies() = default;
  // Addresses ("10.0.0.7", "::1") and networks ("10.0.0.0/8"). Throws std::invalid_argument for anything else.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  // The socket's peer, unless it is trusted: then the last address in X-Forwarded-For that is not.
  std::string client_address(const boost::asio::ip::address& peer, const Headers& headers) const;

 private:
  struct Network {
    boost::asio::ip::address_v6::bytes_type bits;  // IPv4 as ::ffff:a.b.c.d
    int length;
  };
  bool trusts(const boost::asio::ip::address& address) const;

  std::vector<Network> networks_;
};

}  // namespace oprag::http
