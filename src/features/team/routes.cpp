#include "features/team/invitations.hpp"
#include "http/router.hpp"

namespace oprag::team {

using http::Access;
using http::Body;
using http::Path;
using http::Query;

namespace {

struct MemberPath {
  UserId user_id;
};
BOOST_DESCRIBE_STRUCT(MemberPath, (), (user_id))

constexpr std::string_view tag = "Team";

}  // namespace

void add_routes(http::Router& router, Members& members, Invitations& invitations) {
  router.add({.method = "GET",
              .path = "/v1/companies/users",
              .access = Access::member,
              .summary = "List team members",
              .tag = tag},
             [&](const Caller& caller, Query<PageQuery> query) { return members.list(caller, *query); });

  router.add({.method = "POST",
              .path = "/v1/companies/users/invite",
              .access = Access::admin,
              .summary = "Invite user",
              .status = 201,
              .tag = tag,
              .creates = true,
              .shows_secret = true},
             [&](const Caller& caller, Body<InviteRequest> body) { return invitations.invite(caller, *body); });

  router.add({.method = "POST",
              .path = "/v1/companies/users/{userId}/resend-invite",
              .access = Access::admin,
              .summary = "Resend invite email",
              .tag = tag,
              .shows_secret = true},
             [&](const Caller& caller, Path<MemberPath> path, Body<ResendRequest>) {
               return invitations.resend(caller, path->user_id);
             });

  router.add({.method = "PATCH",
              .path = "/v1/companies/users/{userId}",
              .access = Access::admin,
              .summary = "Change member role",
              .tag = tag},
             [&](const Caller& caller, Path<MemberPath> path, Body<MemberPatch> body) {
               return members.change(caller, path->user_id, *body);
             });

  router.add({.method = "DELETE",
              .path = "/v1/companies/users/{userId}",
              .access = Access::admin,
              .summary = "Remove member",
              .tag = tag,
              .also = {400}},
             [&](const Caller& caller, Path<MemberPath> path) { return members.remove(caller, path->user_id); });

  router.add({.method = "POST",
              .path = "/v1/invitations/accept",
              .access = Access::signed_in,
              .summary = "Join the company that an invitation names",
              .tag = tag,
              .also = {404, 409}},
             [&](const Caller& caller, Body<AcceptRequest> body) { return invitations.accept(caller, *body); });
}

}  // namespace oprag::team
