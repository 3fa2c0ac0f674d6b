#include "features/conversations/feedback.hpp"

namespace oprag::conversations {
namespace {

constexpr std::string_view rate_message = R"(
  UPDATE messages SET visitor_rating = $4, visitor_comment = $5
  WHERE company_id = $1 AND project_id = $2 AND message_id = $3 AND role = 'assistant' AND EXISTS (
    SELECT 1 FROM conversations c WHERE c.company_id = messages.company_id AND c.project_id = messages.project_id
      AND c.conversation_id = messages.conversation_id AND c.channel = $6 AND c.environment = $7
      AND ($8 = '' OR c.visitor_id = $8)))";

}  // namespace

FeedbackAnswer Feedback::give(const Caller& caller, const FeedbackRequest& request) {
  const bool visitor = caller.kind == CallerKind::visitor;
  const auto channel = visitor ? chat::Channel::widget : chat::Channel::api;
  const auto comment = request.comment ? std::optional(request.comment->value) : std::nullopt;
  const auto rated = database_.write(caller.company, [&](db::Tenant& tenant) {
    return tenant.exec(rate_message, caller.project, request.message_id, request.rating, comment, channel,
                       caller.environment, visitor ? caller.visitor : std::string());
  });
  if (rated == 0) throw Error(ErrorCode::not_found, "Message not found");
  return {request.message_id, request.rating, comment};
}

}  // namespace oprag::conversations
