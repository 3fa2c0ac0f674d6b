// What visitors and API clients think of an answer: apart from the team's own rating of the conversation.
#pragma once
#include "features/conversations/conversations.hpp"

namespace oprag::conversations {

struct FeedbackRequest {
  MessageId message_id;
  Rating rating = Rating::good;
  std::optional<json::Text<0, 500>> comment;
};
BOOST_DESCRIBE_STRUCT(FeedbackRequest, (), (message_id, rating, comment))

struct FeedbackAnswer {
  MessageId message_id;
  Rating rating = Rating::good;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(FeedbackAnswer, (), (message_id, rating, comment))

class Feedback {
 public:
  explicit Feedback(db::Database& database) : database_(database) {}
  // The last word counts. Throws not_found unless the message is an answer to this caller: of the visitor's own
  // conversation, or of the key's project and environment.
  FeedbackAnswer give(const Caller& caller, const FeedbackRequest& request);

 private:
  db::Database& database_;
};

}  // namespace oprag::conversations
