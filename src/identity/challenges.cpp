#include "identity/challenges.hpp"

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/seal.hpp"
#include "identity/refused.hpp"
#include "json/parse.hpp"

namespace oprag::identity {

namespace bj = boost::json;

std::string Challenges::seal(bj::object state, std::string_view purpose) const {
  state["expires"] = clock_().ms + challenge_ms;
  return crypto::base64_encode(crypto::seal(keys_.key_for("challenges"), bj::serialize(state), purpose));
}

bj::object Challenges::open(const std::string& sealed, std::string_view purpose) const {
  const auto bytes = crypto::base64_decode(sealed);
  const auto text = bytes ? crypto::open(keys_.key_for("challenges"), *bytes, purpose) : std::nullopt;
  if (!text) refuse_credentials();
  auto state = json::parse(*text).as_object();
  if (state.at("expires").as_int64() < clock_().ms) {
    throw Refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
  }
  return state;
}

void Challenges::use_once(const std::string& sealed) {
  const auto now = clock_();
  try {
    database_.write_system([&](db::System& directory) {
      directory.exec("DELETE FROM identity_used_challenges WHERE expires_at < $1", now);
      directory.exec("INSERT INTO identity_used_challenges (challenge_hash, expires_at) VALUES ($1, $2)",
                     crypto::sha256_hex(sealed), now.ms + challenge_ms);
    });
  } catch (const db::UniqueViolation&) {
    throw Refused("NotAuthorizedException", "Invalid session for the user.");
  }
}

}  // namespace oprag::identity
