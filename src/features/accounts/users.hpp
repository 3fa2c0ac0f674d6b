// Users as the store knows them: who belongs to which company in which role. Passwords are the identity provider's.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/caller.hpp"
#include "base/environment.hpp"
#include "base/throttle.hpp"
#include "db/database.hpp"

namespace oprag::accounts {

enum class UserStatus { invited, active, disabled, removed };
BOOST_DESCRIBE_ENUM(UserStatus, invited, active, disabled, removed)

// A row of the directory table `users`.
struct User {
  UserId user_id;
  std::string issuer, subject;
  std::string email;
  std::optional<std::string> name;
  std::optional<CompanyId> company_id;
  std::optional<Role> role;
  UserStatus status = UserStatus::active;
  Timestamp tokens_valid_after;  // older tokens are refused: set on removal and sign-out
};
BOOST_DESCRIBE_STRUCT(User, (), (user_id, issuer, subject, email, name, company_id, role, status, tokens_valid_after))

// What a verified token says of its bearer.
struct Bearer {
  std::string issuer, subject, email, name;
  std::optional<std::string> tenant_claim;
  Timestamp issued_at;
};

class Users {
 public:
  Users(db::Database& database, Clock clock, RandomText random);

  // The caller a token stands for, or nothing when the store contradicts it: claim of another company, disabled or
  // removed user, token from before a removal. Reads the store on every call, so that a change of role holds at once.
  std::optional<Caller> caller_of(const Bearer& bearer) const;

  // Notes that the member was active, at most once a minute.
  void touch(const Caller& caller);

  // The user's record inside the caller's own transaction, created when this is the first that the store hears of him.
  User require(db::System& directory, const Caller& caller) const;

 private:
  db::Database& database_;
  Clock clock_;
  RandomText random_;
  Throttle touches_{minute_ms};
};

}  // namespace oprag::accounts
