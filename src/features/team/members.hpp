// The people of a company: who they are, their roles, and how they leave.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "features/common/activity.hpp"
#include "features/common/paging.hpp"

namespace oprag::team {

enum class MemberStatus { invited, active, disabled, removed };
BOOST_DESCRIBE_ENUM(MemberStatus, invited, active, disabled, removed)

// Somebody who belongs to the company, or an invitation that waits for him (with an id of its own until then).
struct Member {
  UserId user_id;
  std::string email;
  std::optional<std::string> name;
  Role role = Role::member;
  MemberStatus status = MemberStatus::active;
  std::optional<Person> invited_by;
  std::optional<Timestamp> invited_at, joined_at, last_active_at;
};
BOOST_DESCRIBE_STRUCT(Member, (),
                      (user_id, email, name, role, status, invited_by, invited_at, joined_at, last_active_at))

struct MemberList {
  std::vector<Member> users;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(MemberList, (), (users, next_cursor))

struct MemberPatch {
  std::optional<Role> role;
};
BOOST_DESCRIBE_STRUCT(MemberPatch, (), (role))

// The sign-ins behind the people: the identity provider's part of inviting and removing.
class SignIns {
 public:
  virtual ~SignIns() = default;
  // Makes a sign-in for an address that has none, with `token` as its temporary password until `expires`; one that was
  // never used gets the new password. Returns who its tokens will say it is ("issuer subject"); nothing when the
  // address has a sign-in of its own, which is left alone.
  virtual std::optional<std::string> offer(const std::string& email, const std::optional<std::string>& name,
                                           const std::string& token, Timestamp expires) = 0;
  // Takes back a sign-in that was offered and never used.
  virtual void withdraw(const std::string& issuer_subject) = 0;
  // The user has left his company: his refresh tokens die, and new tokens name no company.
  virtual void leave(const std::string& issuer_subject) = 0;
};

// The member or invitation. Throws not_found.
Member require(db::System& directory, const CompanyId& company, const UserId& user);
// Everything that makes, changes or ends an owner needs one (insufficient_role).
void require_owner(const Caller& caller);

class Members {
 public:
  Members(db::Database& database, SignIns& sign_ins, ActivityLog activity, const Cursors& cursors, Clock clock);

  MemberList list(const Caller& caller, const PageQuery& query) const;
  // An invitation's token dies with its old role. Throws last_owner.
  Member change(const Caller& caller, const UserId& user, const MemberPatch& request);
  // Tokens issued before are refused from now on. Throws last_owner.
  Member remove(const Caller& caller, const UserId& user);

 private:
  db::Database& database_;
  SignIns& sign_ins_;
  ActivityLog activity_;
  const Cursors& cursors_;
  Clock clock_;
};

}  // namespace oprag::team
