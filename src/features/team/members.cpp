#include "features/team/members.hpp"

#include "base/error.hpp"

namespace oprag::team {
namespace {

// Members and waiting invitations as one list.
constexpr std::string_view people = R"(
  SELECT * FROM (
    SELECT user_id, email, name, role, status, invited_by, invited_at, joined_at, last_active_at, created_at AS listed_at
    FROM users WHERE company_id = $1
    UNION ALL
    SELECT user_id, email, name, role, 'invited' AS status, invited_by, invited_at, NULL AS joined_at,
           NULL AS last_active_at, invited_at AS listed_at
    FROM invitations WHERE company_id = $1) AS people)";

const std::string find_person = std::string(people) + " WHERE user_id = $2";
const std::string list_people =
    std::string(people) + " WHERE (listed_at, user_id) < ($2, $3) ORDER BY listed_at DESC, user_id DESC LIMIT $4";

struct ListedMember : Member {
  Timestamp listed_at;
};
BOOST_DESCRIBE_STRUCT(ListedMember, (Member), (listed_at))

constexpr std::string_view count_owners =
    "SELECT COUNT(*) FROM users WHERE company_id = $1 AND role = 'owner' AND status = 'active'";

constexpr std::string_view leave_company = R"(
  UPDATE users SET company_id = NULL, role = NULL, status = 'removed', tokens_valid_after = $3
  WHERE company_id = $1 AND user_id = $2)";

// The sign-in that an invitation had made, or the one of a member.
constexpr std::string_view sign_in_of_invitation =
    "SELECT account FROM invitations WHERE company_id = $1 AND user_id = $2";
constexpr std::string_view sign_in_of_user =
    "SELECT issuer || ' ' || subject FROM users WHERE company_id = $1 AND user_id = $2";

void keep_an_owner(db::System& directory, const CompanyId& company, const Member& member) {
  if (member.role != Role::owner || member.status != MemberStatus::active) return;
  if (directory.scalar<std::int64_t>(count_owners, company).value_or(0) > 1) return;
  throw Error(ErrorCode::last_owner, "A company keeps at least one owner");
}

// Owners are made, changed and removed by owners only.
void check_owner_rules(const Caller& caller, const Member& member, std::optional<Role> becomes) {
  if (member.role == Role::owner || becomes == Role::owner) require_owner(caller);
}

}  // namespace

Member require(db::System& directory, const CompanyId& company, const UserId& user) {
  auto member = directory.one<Member>(find_person, company, user);
  if (!member) throw Error(ErrorCode::not_found, "User not found");
  return *std::move(member);
}

void require_owner(const Caller& caller) {
  if (caller.role != Role::owner) throw Error(ErrorCode::insufficient_role, "This needs the role owner");
}

Members::Members(db::Database& database, SignIns& sign_ins, ActivityLog activity, const Cursors& cursors, Clock clock)
    : database_(database),
      sign_ins_(sign_ins),
      activity_(std::move(activity)),
      cursors_(cursors),
      clock_(std::move(clock)) {}

MemberList Members::list(const Caller& caller, const PageQuery& query) const {
  const auto scope = "users " + caller.company.value;
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  auto rows = database_.read_system([&](db::System& directory) {
    return directory.all<ListedMember>(list_people, caller.company, from.time, from.id, limit + 1);
  });
  MemberList out;
  out.next_cursor = take_page(rows, limit, cursors_, scope,
                              [](const ListedMember& m) { return Position{m.listed_at.ms, m.user_id.value}; });
  out.users.assign(rows.begin(), rows.end());
  return out;
}

Member Members::change(const Caller& caller, const UserId& user, const MemberPatch& request) {
  std::optional<std::string> offered;  // a sign-in whose temporary password dies with the invitation's token
  auto changed = database_.write(caller.company, [&](db::Tenant& tenant) {
    auto& directory = tenant.directory();
    offered.reset();
    const auto before = require(directory, caller.company, user);
    check_owner_rules(caller, before, request.role);
    if (!request.role || *request.role == before.role) return before;
    if (before.status == MemberStatus::invited) {
      offered = directory.scalar<std::string>(sign_in_of_invitation, caller.company, user);
      directory.exec(
          "UPDATE invitations SET role = $3, token_hash = NULL, account = NULL WHERE company_id = $1 AND user_id = $2",
          caller.company, user, *request.role);
    } else {
      keep_an_owner(directory, caller.company, before);
      directory.exec("UPDATE users SET role = $3 WHERE company_id = $1 AND user_id = $2", caller.company, user,
                     *request.role);
    }
    activity_.record(tenant, {.type = "role.changed",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "user",
                              .target_id = user.value,
                              .summary = "Made " + before.email + " " + std::string(to_word(*request.role))});
    return require(directory, caller.company, user);
  });
  if (offered) sign_ins_.withdraw(*offered);
  return changed;
}

Member Members::remove(const Caller& caller, const UserId& user) {
  std::optional<std::string> sign_in;
  auto removed = database_.write(caller.company, [&](db::Tenant& tenant) {
    auto& directory = tenant.directory();
    const auto member = require(directory, caller.company, user);
    check_owner_rules(caller, member, {});
    if (member.status == MemberStatus::invited) {
      sign_in = directory.scalar<std::string>(sign_in_of_invitation, caller.company, user);
      directory.exec("DELETE FROM invitations WHERE company_id = $1 AND user_id = $2", caller.company, user);
    } else {
      keep_an_owner(directory, caller.company, member);
      sign_in = directory.scalar<std::string>(sign_in_of_user, caller.company, user);
      directory.exec(leave_company, caller.company, user, clock_());
    }
    activity_.record(tenant, {.type = "user.removed",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "user",
                              .target_id = user.value,
                              .summary = "Removed " + member.email});
    return member;
  });
  if (sign_in && removed.status == MemberStatus::invited) sign_ins_.withdraw(*sign_in);
  if (sign_in && removed.status != MemberStatus::invited) sign_ins_.leave(*sign_in);
  removed.status = MemberStatus::removed;
  return removed;
}

}  // namespace oprag::team
