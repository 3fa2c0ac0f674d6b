// Failed guesses, counted by user name and by address: after a few each further one must wait, longer each time, but
// never for good.
#pragma once
#include <initializer_list>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"

namespace oprag::identity {

inline constexpr std::int64_t free_guesses = 5;              // of a name
inline constexpr std::int64_t free_guesses_of_address = 50;  // many people may share one
inline constexpr std::int64_t longest_wait_ms = 15 * minute_ms;
inline constexpr std::int64_t guesses_forgotten_ms = 60 * minute_ms;  // after the end of the last wait

class Guesses {
 public:
  Guesses(db::Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  // Throws NotAuthorizedException while the name or the address must wait.
  void check(const std::string& name, const std::string& address);
  void failed(const std::string& name, const std::string& address);
  void succeeded(const std::string& name);

 private:
  void count(db::System& directory, const std::string& bucket, std::int64_t free);

  db::Database& database_;
  Clock clock_;
};

}  // namespace oprag::identity
