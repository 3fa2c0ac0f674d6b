// Who asks, as verified before any handler runs. Handlers take the company from here, never from the request.
#pragma once
#include <boost/describe.hpp>
#include <string>

#include "base/id.hpp"

namespace oprag {

enum class Role { member, admin, owner };
BOOST_DESCRIBE_ENUM(Role, member, admin, owner)

enum class Environment { live, test };
BOOST_DESCRIBE_ENUM(Environment, live, test)

enum class CallerKind { nobody, user, api_key, visitor };

struct Caller {
  CallerKind kind = CallerKind::nobody;
  CompanyId company;  // empty for nobody and for a user without a company
  Role role = Role::member;

  // user
  UserId user;
  std::string email;
  std::string name;
  std::string issuer_subject;  // "iss sub" of the token: what identifies a user whose record does not exist yet

  // api_key, visitor
  ProjectId project;
  KeyId key;
  Environment environment = Environment::live;
  std::string visitor;         // visitor: the id bound by the token
  std::string visitor_origin;  // visitor: the Origin bound by the token

  // What limits and idempotency records count: the same for two requests of one caller, whatever token he holds.
  std::string subject() const;
};

}  // namespace oprag
