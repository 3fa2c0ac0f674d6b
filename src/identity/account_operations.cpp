#include "identity/operations.hpp"

namespace oprag::identity {

Output describe_user(const Visit& visit, const ByBearer& request) {
  const auto user = visit.pool.user_of(request.access_token);
  return {{"Username", user.subject}, {"UserAttributes", attributes_of(user)}};
}

Output change_password(const Visit& visit, const ChangePassword& request) {
  visit.pool.change_password(request.access_token, request.previous_password, request.proposed_password, visit.address);
  return {};
}

Output update_user_attributes(const Visit& visit, const UpdateUserAttributes& request) {
  const auto user = visit.pool.user_of(request.access_token);
  const auto own = own_attributes(request.user_attributes, user.username);
  if (own.name) visit.pool.rename(request.access_token, *own.name);
  return {{"CodeDeliveryDetailsList", boost::json::array()}};
}

Output global_sign_out(const Visit& visit, const ByBearer& request) {
  visit.pool.sign_out_everywhere(request.access_token);
  return {};
}

}  // namespace oprag::identity
