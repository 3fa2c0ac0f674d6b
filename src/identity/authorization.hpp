// The built-in provider for other tools: authorization code flow with PKCE (OAuth 2.1, OpenID Connect), with a sign-in
// page of its own. It keeps no cookie: whoever authorizes a tool proves himself each time.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "identity/oauth_clients.hpp"
#include "identity/user_pool.hpp"

namespace oprag::identity {

inline constexpr std::size_t form_body_limit = 16 << 10;  // bytes

class Authorization {
 public:
  // `pool` outlives it. The installation's own client, whose tokens open the API, is one of `clients`.
  Authorization(UserPool& pool, std::vector<OauthClient> clients) : pool_(pool), clients_(std::move(clients)) {}

  // By the head alone.
  bool takes(const http::Request& request) const;
  // Blocks: passwords are hashed and the store is asked.
  http::Response answer(const http::Request& request);

 private:
  struct Asked;
  // What may be granted, or what is answered instead.
  std::expected<Asked, http::Response> read(const http::Request& request) const;
  const OauthClient& require_client(const http::QueryPairs& given) const;

  http::Response authorize(const http::Request& request);
  http::Response page(const http::Request& request);
  http::Response sign_in(const http::Request& request);
  http::Response sign_out(const http::Request& request);
  http::Response token(const http::Request& request);
  http::Response revoke(const http::Request& request);
  http::Response user_info(const http::Request& request);

  UserPool& pool_;
  std::vector<OauthClient> clients_;
};

// What the discovery document says of it.
boost::json::object authorization_metadata(const KeyRing& keys);

}  // namespace oprag::identity
