// Failed guesses, counted by user name and by address: after a few each further one must wait, longer each time, but
// never for good.
#pragma once
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
  // `kind` keeps apart what is counted: passwords, codes, letters. `refusal` and `words` are thrown.
  Guesses(db::Database& database, Clock clock, std::string kind, std::string refusal, std::string words)
      : database_(database),
        clock_(std::move(clock)),
        kind_(std::move(kind)),
        refusal_(std::move(refusal)),
        words_(std::move(words)) {}

  // Throws while the name or the address must wait. A guess is checked before it is looked at, and again when it was
  // right: of many sent at once none may profit from those that were wrong.
  void check(const std::string& name, const std::string& address) const;
  void failed(const std::string& name, const std::string& address);
  // Inside the caller's transaction.
  void count(db::System& directory, const std::string& name, const std::string& address) const;
  void succeeded(const std::string& name);

 private:
  std::string name_bucket(const std::string& name) const;
  std::string address_bucket(const std::string& address) const;
  void count_bucket(db::System& directory, const std::string& bucket, std::int64_t free) const;

  db::Database& database_;
  Clock clock_;
  std::string kind_, refusal_, words_;
};

}  // namespace oprag::identity
