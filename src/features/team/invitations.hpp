// Invitations: a token in a link, kept as its hash, that makes its bearer a member. Membership follows the token, never
// an equal e-mail address.
#pragma once
#include <functional>

#include "features/billing/plans.hpp"
#include "features/companies/companies.hpp"
#include "features/team/email.hpp"
#include "features/team/members.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::team {

inline constexpr std::int64_t invitation_days = 7;
inline constexpr std::int64_t invitations_per_hour = 20;  // per company, resent ones included

struct InviteRequest {
  Email email;
  std::optional<Role> role;
  std::optional<json::Text<1, 80>> name;
};
BOOST_DESCRIBE_STRUCT(InviteRequest, (), (email, role, name))

struct ResendRequest {};
BOOST_DESCRIBE_STRUCT(ResendRequest, (), ())

struct AcceptRequest {
  json::Text<1, 200> token;
};
BOOST_DESCRIBE_STRUCT(AcceptRequest, (), (token))

enum class Delivery { email, link };
BOOST_DESCRIBE_ENUM(Delivery, email, link)

struct InvitedMember : Member {
  Delivery delivery = Delivery::link;
  json::Omittable<std::string> invite_url;  // with delivery "link": for the admin to pass on
};
BOOST_DESCRIBE_STRUCT(InvitedMember, (Member), (delivery, invite_url))

// A letter to hand to the mail server.
struct InvitationLetter {
  std::string to;
  std::string company;  // its name
  std::string invited_by;
  std::string url;
};
// False when there is no mail server: the link is answered instead.
using SendInvitation = std::function<bool(const InvitationLetter&)>;

class Invitations {
 public:
  // `dashboard`: the URL under which the dashboard is served, without a trailing slash.
  struct Setup {
    SignIns& sign_ins;
    SendInvitation send;
    companies::PublishTenant publish;
    std::string dashboard;
  };
  Invitations(db::Database& database, accounts::Users& users, companies::Service& companies,
              const billing::PlanLimits& limits, Setup setup, ActivityLog activity, Clock clock, RandomText random);

  // Throws conflict for a member, a waiting invitation or a user of another company; rate_limited; plan_limit.
  InvitedMember invite(const Caller& caller, const InviteRequest& request);
  // The token before dies. Throws invalid_request for an active member.
  InvitedMember resend(const Caller& caller, const UserId& user);
  // By a signed-in user without a company. Throws not_found for a token that is unknown, used or expired.
  companies::Company accept(const Caller& caller, const AcceptRequest& request);
  // For a signed-in user without a company whose sign-in an invitation made: only the token's bearer could set its
  // password, so that signing in accepts. Nothing when no invitation waits for him; the authenticator asks.
  std::optional<CompanyId> claim(const Caller& caller);

 private:
  struct Row;
  void check_hour(db::Tenant& tenant) const;
  InvitedMember deliver(const Caller& caller, const UserId& user, const std::string& token);
  void join(const Caller& caller, const Row& row);

  db::Database& database_;
  accounts::Users& users_;
  companies::Service& companies_;
  const billing::PlanLimits& limits_;
  Setup setup_;
  ActivityLog activity_;
  Clock clock_;
  RandomText random_;
};

// Whether an invitation with this token waits: for sign-ups that need one.
bool is_waiting(db::Database& database, const std::string& token, Timestamp now);

void add_routes(http::Router& router, Members& members, Invitations& invitations);

}  // namespace oprag::team
