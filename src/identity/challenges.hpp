// What the server must know again when a challenge is answered, sealed and kept by the client until then.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "identity/key_ring.hpp"

namespace oprag::identity {

inline constexpr std::int64_t challenge_ms = 3 * minute_ms;

class Challenges {
 public:
  Challenges(db::Database& database, const KeyRing& keys, Clock clock)
      : database_(database), keys_(keys), clock_(std::move(clock)) {}

  // `purpose`: one kind of challenge is no answer to another.
  std::string seal(boost::json::object state, std::string_view purpose) const;
  // Throws NotAuthorizedException for what was not sealed here, or too long ago.
  boost::json::object open(const std::string& sealed, std::string_view purpose) const;
  // Throws NotAuthorizedException when it was used before.
  void use_once(const std::string& sealed);

 private:
  db::Database& database_;
  const KeyRing& keys_;
  Clock clock_;
};

}  // namespace oprag::identity
