// The built-in identity provider as a part of the address space: Amazon Cognito's JSON protocol on "POST /", and the
// documents by which others verify its tokens.
#pragma once
#include <string>

#include "http/message.hpp"
#include "identity/key_ring.hpp"
#include "identity/user_pool.hpp"

namespace oprag::identity {

inline constexpr std::size_t protocol_body_limit = 64 << 10;  // bytes

class Provider {
 public:
  // `pool` and `keys` outlive it.
  Provider(UserPool& pool, const KeyRing& keys, Clock clock);

  // By the head alone.
  bool takes(const http::Request& request) const;
  // Blocks: passwords are hashed and the store is asked.
  http::Response answer(const http::Request& request);

 private:
  http::Response run(const http::Request& request) const;

  UserPool& pool_;
  const KeyRing& keys_;
  Clock clock_;
  std::string jwks_path_, discovery_path_;
};

}  // namespace oprag::identity
