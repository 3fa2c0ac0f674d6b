#include "identity/operations.hpp"

namespace oprag::identity {

Output sign_up(const Visit& visit, const SignUp& request) {
  const auto own =
      request.user_attributes ? own_attributes(*request.user_attributes, request.username) : OwnAttributes();
  const auto* invitation = request.client_metadata ? request.client_metadata->find("inviteToken") : nullptr;
  const auto made = visit.pool.sign_up(request.username, request.password, own.name, invitation ? *invitation : "");
  Output out{{"UserConfirmed", made.confirmed}, {"UserSub", made.subject}};
  if (!made.confirmed) out["CodeDeliveryDetails"] = delivery_to(masked(request.username));
  return out;
}

Output confirm_sign_up(const Visit& visit, const ConfirmSignUp& request) {
  visit.pool.confirm_sign_up(request.username, request.confirmation_code, visit.address);
  return {};
}

Output resend_confirmation_code(const Visit& visit, const SendCode& request) {
  return {{"CodeDeliveryDetails", delivery_to(visit.pool.resend_code(request.username, visit.address))}};
}

Output forgot_password(const Visit& visit, const SendCode& request) {
  return {{"CodeDeliveryDetails", delivery_to(visit.pool.forgot_password(request.username, visit.address))}};
}

Output confirm_forgot_password(const Visit& visit, const ConfirmForgotPassword& request) {
  visit.pool.confirm_forgot_password(request.username, request.confirmation_code, request.password, visit.address);
  return {};
}

}  // namespace oprag::identity
