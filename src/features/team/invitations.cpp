#include "features/team/invitations.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace oprag::team {

struct Invitations::Row {
  UserId user_id;
  CompanyId company_id;
  std::string email;
  std::optional<std::string> name;
  Role role = Role::member;
  std::optional<Person> invited_by;
  Timestamp invited_at;
  Timestamp expires_at;
  std::optional<std::string> account;
  BOOST_DESCRIBE_CLASS(Row, (), (user_id, company_id, email, name, role, invited_by, invited_at, expires_at, account),
                       (), ())
};

namespace {

constexpr std::size_t token_length = 43;  // base62: 256 random bits

constexpr std::string_view insert_invitation = R"(
  INSERT INTO invitations (user_id, company_id, email, name, role, token_hash, invited_by, invited_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))";

constexpr std::string_view renew_invitation =
    "UPDATE invitations SET token_hash = $3, expires_at = $4 WHERE company_id = $1 AND user_id = $2";

std::string select(std::string_view condition) {
  return "SELECT user_id, company_id, email, name, role, invited_by, invited_at, expires_at, account FROM invitations "
         "WHERE " +
         std::string(condition);
}
const std::string find_by_token = select("token_hash = $1 AND expires_at > $2");
// Without a look at the time: the temporary password of the sign-in ended when the token did.
const std::string find_by_account = select("account = $1");
const std::string find_by_id = select("company_id = $1 AND user_id = $2");

constexpr std::string_view company_of_email =
    "SELECT company_id FROM users WHERE lower(email) = $1 AND company_id IS NOT NULL ORDER BY company_id LIMIT 1";

constexpr std::string_view sent_since = R"(
  SELECT COUNT(*) FROM activities
  WHERE company_id = $1 AND type IN ('user.invited', 'user.invite_resent') AND created_at > $2)";

// Only while he has none: of two acceptances at once, one finds zero rows changed.
constexpr std::string_view become_member = R"(
  UPDATE users SET company_id = $2, role = $3, status = 'active', invited_by = $4, invited_at = $5, joined_at = $6
  WHERE user_id = $1 AND company_id IS NULL)";

void refuse_known(db::Tenant& tenant, const std::string& email) {
  auto& directory = tenant.directory();
  if (const auto company = directory.scalar<CompanyId>(company_of_email, email)) {
    throw Error(ErrorCode::conflict, *company == tenant.company() ? "User is already a member of this company"
                                                                  : "User already belongs to another company");
  }
  if (directory.scalar<std::string>("SELECT user_id FROM invitations WHERE company_id = $1 AND email = $2",
                                    tenant.company(), email)) {
    throw Error(ErrorCode::conflict, "User is already invited");
  }
}

}  // namespace

Invitations::Invitations(db::Database& database, accounts::Users& users, companies::Service& companies,
                         const billing::PlanLimits& limits, Setup setup, ActivityLog activity, Clock clock,
                         RandomText random)
    : database_(database),
      users_(users),
      companies_(companies),
      limits_(limits),
      setup_(std::move(setup)),
      activity_(std::move(activity)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

void Invitations::check_hour(db::Tenant& tenant) const {
  if (tenant.scalar<std::int64_t>(sent_since, clock_() - hour_ms).value_or(0) < invitations_per_hour) return;
  throw Error(ErrorCode::rate_limited,
              "A company may send " + std::to_string(invitations_per_hour) + " invitations an hour",
              {{"retryAfterSeconds", hour_ms / second_ms}});
}

InvitedMember Invitations::invite(const Caller& caller, const InviteRequest& request) {
  const auto role = request.role.value_or(Role::member);
  if (role == Role::owner) require_owner(caller);
  const auto user = new_id<UserTag>(random_);
  const auto token = random_(token_length);
  database_.write(caller.company, [&](db::Tenant& tenant) {
    refuse_known(tenant, request.email.value);
    check_hour(tenant);
    limits_.require(tenant, billing::Quota::members);
    tenant.directory().exec(insert_invitation, user, caller.company, request.email.value, request.name, role,
                            crypto::sha256_hex(token), person_of(caller), clock_(),
                            clock_() + invitation_days * day_ms);
    activity_.record(tenant, {.type = "user.invited",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "user",
                              .target_id = user.value,
                              .summary = "Invited " + request.email.value + " as " + std::string(to_word(role))});
  });
  return deliver(caller, user, token);
}

InvitedMember Invitations::resend(const Caller& caller, const UserId& user) {
  const auto token = random_(token_length);
  database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto member = require(tenant.directory(), caller.company, user);
    if (member.status != MemberStatus::invited) {
      throw Error(ErrorCode::invalid_request, "User is already active");
    }
    if (member.role == Role::owner) require_owner(caller);
    check_hour(tenant);
    tenant.directory().exec(renew_invitation, caller.company, user, crypto::sha256_hex(token),
                            clock_() + invitation_days * day_ms);
    activity_.record(tenant, {.type = "user.invite_resent",
                              .actor = person_of(caller),
                              .project = {},
                              .target_type = "user",
                              .target_id = user.value,
                              .summary = "Invited " + member.email + " again"});
  });
  return deliver(caller, user, token);
}

InvitedMember Invitations::deliver(const Caller& caller, const UserId& user, const std::string& token) {
  const auto row = database_.read_system(
      [&](db::System& directory) { return directory.one<Row>(find_by_id, caller.company, user); });
  if (!row) throw Error(ErrorCode::not_found, "User not found");
  // Outside the transaction: making a sign-in hashes a password, which takes its time.
  const auto account = setup_.sign_ins.offer(row->email, row->name, token, row->expires_at);
  auto [member, company] = database_.write_system([&](db::System& directory) {
    // A sign-in that several companies offered belongs to the invitation whose token is its password now.
    if (account) directory.exec("UPDATE invitations SET account = NULL WHERE account = $1", *account);
    directory.exec("UPDATE invitations SET account = $2 WHERE user_id = $1 AND token_hash = $3", user, account,
                   crypto::sha256_hex(token));
    return std::pair(require(directory, caller.company, user),
                     directory.scalar<std::string>("SELECT name FROM companies WHERE company_id = $1", caller.company));
  });
  InvitedMember out{std::move(member), Delivery::email, {}};
  const auto url =
      setup_.dashboard + "/invite#email=" + crypto::uri_encode(row->email) + "&token=" + crypto::uri_encode(token);
  const auto sender = caller.name.empty() ? caller.email : caller.name;
  if (!setup_.send || !setup_.send({row->email, company.value_or(""), sender, url})) {
    out.delivery = Delivery::link;
    out.invite_url.value = url;
  }
  return out;
}

void Invitations::join(const Caller& caller, const Row& row) {
  database_.write(row.company_id, [&](db::Tenant& tenant) {
    auto& directory = tenant.directory();
    if (directory.exec("DELETE FROM invitations WHERE user_id = $1", row.user_id) == 0) {
      throw Error(ErrorCode::not_found, "Invitation not found");
    }
    const auto user = users_.require(directory, caller);
    const auto now = clock_();
    if (directory.exec(become_member, user.user_id, row.company_id, row.role, row.invited_by, row.invited_at, now) ==
        0) {
      throw Error(ErrorCode::conflict, "User already has a company");
    }
    auto joined = caller;
    joined.user = user.user_id;
    activity_.record(tenant, {.type = "user.joined",
                              .actor = person_of(joined),
                              .project = {},
                              .target_type = "user",
                              .target_id = user.user_id.value,
                              .summary = caller.email + " joined as " + std::string(to_word(row.role))});
  });
  // Somebody who had a sign-in of his own took the link: the one made for it opens nothing any more.
  if (row.account && *row.account != caller.issuer_subject) setup_.sign_ins.withdraw(*row.account);
  setup_.publish(caller.issuer_subject, row.company_id);
}

companies::Company Invitations::accept(const Caller& caller, const AcceptRequest& request) {
  if (!caller.company.empty()) throw Error(ErrorCode::conflict, "User already has a company");
  const auto row = database_.read_system([&](db::System& directory) {
    return directory.one<Row>(find_by_token, crypto::sha256_hex(request.token.value), clock_());
  });
  if (!row) throw Error(ErrorCode::not_found, "Invitation not found");
  join(caller, *row);
  auto member = caller;
  member.company = row->company_id;
  member.user =
      database_.write_system([&](db::System& directory) { return users_.require(directory, caller).user_id; });
  return companies_.mine(member);
}

std::optional<CompanyId> Invitations::claim(const Caller& caller) {
  if (!caller.company.empty()) return {};
  const auto row = database_.read_system(
      [&](db::System& directory) { return directory.one<Row>(find_by_account, caller.issuer_subject); });
  if (!row) return {};
  try {
    join(caller, *row);
  } catch (const Error& error) {
    // Another request of the same sign-in was faster: he is a member all the same.
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::conflict) throw;
  }
  return row->company_id;
}

bool is_waiting(db::Database& database, const std::string& token, Timestamp now) {
  return database.read_system([&](db::System& directory) {
    return directory.scalar<std::string>(find_by_token, crypto::sha256_hex(token), now).has_value();
  });
}

}  // namespace oprag::team
