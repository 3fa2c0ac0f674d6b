// Who did it, as records show it: a snapshot, so that it outlives the person's membership.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/caller.hpp"

namespace oprag {

struct Person {
  UserId user_id;
  std::string email;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (user_id, email, name))

// Nothing for callers that are not users.
inline std::optional<Person> person_of(const Caller& caller) {
  if (caller.kind != CallerKind::user) return {};
  return Person{caller.user, caller.email, caller.name.empty() ? std::nullopt : std::optional(caller.name)};
}

}  // namespace oprag
