// The six digits that prove an address: hashed with the installation's key, good for a day, for five tries, and once.
#pragma once
#include <boost/describe.hpp>
#include <string>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "identity/key_ring.hpp"

namespace oprag::identity {

inline constexpr std::int64_t code_hours = 24;
inline constexpr std::int64_t code_tries = 5;

enum class CodePurpose { confirm, reset };
BOOST_DESCRIBE_ENUM(CodePurpose, confirm, reset)

class Codes {
 public:
  Codes(db::Database& database, const KeyRing& keys, Clock clock)
      : database_(database), keys_(keys), clock_(std::move(clock)) {}

  // A new code, in place of an older one.
  std::string make(db::System& directory, const std::string& subject, CodePurpose purpose) const;
  // Takes the code. Throws CodeMismatchException, the same for a wrong one and for none; ExpiredCodeException only for
  // the right one.
  void use(db::System& directory, const std::string& subject, CodePurpose purpose, const std::string& code) const;
  // In a transaction of its own, since the one that tried was rolled back. The last try ends the code.
  void count_try(const std::string& subject, CodePurpose purpose);

 private:
  std::string hash_of(const std::string& subject, const std::string& code) const;

  db::Database& database_;
  const KeyRing& keys_;
  Clock clock_;
};

// For somebody who does not exist.
[[noreturn]] void refuse_code();

}  // namespace oprag::identity
