// The inbox: conversations with their messages, filtered, reviewed and exported. Written by chat/transcript.hpp.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "answer/result.hpp"
#include "features/chat/transcript.hpp"
#include "features/common/activity.hpp"
#include "features/common/paging.hpp"

namespace oprag::http {
class Router;
}

namespace oprag::conversations {

enum class ReviewStatus { unreviewed, needs_attention, reviewed };
BOOST_DESCRIBE_ENUM(ReviewStatus, unreviewed, needs_attention, reviewed)

enum class Rating { good, bad };
BOOST_DESCRIBE_ENUM(Rating, good, bad)

enum class MessageRole { user, assistant };
BOOST_DESCRIBE_ENUM(MessageRole, user, assistant)

struct Conversation {
  ConversationId conversation_id;
  ProjectId project_id;
  std::string project_name;
  chat::Channel channel = chat::Channel::api;
  std::optional<Environment> environment;  // null: the dashboard
  std::optional<std::string> visitor_id;
  SessionId session_id;
  Timestamp started_at, last_message_at;
  std::int64_t message_count = 0;
  std::string first_question;
  std::optional<bool> answered;  // false when any answer in it was not; null without an answer
  ReviewStatus review_status = ReviewStatus::unreviewed;
  std::optional<Rating> rating;  // the team's
  std::optional<std::string> notes;
  std::optional<Person> reviewed_by;
};
BOOST_DESCRIBE_STRUCT(Conversation, (),
                      (conversation_id, project_id, project_name, channel, environment, visitor_id, session_id,
                       started_at, last_message_at, message_count, first_question, answered, review_status, rating,
                       notes, reviewed_by))

struct Message {
  MessageId message_id;
  MessageRole role = MessageRole::user;
  std::string content;
  std::optional<bool> answered;
  std::optional<answer::Reason> reason;
  std::vector<answer::Source> sources;
  std::vector<answer::Citation> citations;
  std::optional<std::int64_t> latency_ms;
  Timestamp created_at;
  std::optional<Rating> visitor_rating;  // the visitor's own, apart from the team's
  std::optional<std::string> visitor_comment;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (message_id, role, content, answered, reason, sources, citations, latency_ms, created_at,
                       visitor_rating, visitor_comment))

struct ConversationDetail : Conversation {
  std::vector<Message> messages;  // oldest first
};
BOOST_DESCRIBE_STRUCT(ConversationDetail, (Conversation), (messages))

struct ConversationFilters {
  std::optional<ProjectId> project_id;
  std::optional<ReviewStatus> review_status;
  std::optional<Rating> rating;
  std::optional<bool> answered;
  std::optional<chat::Channel> channel;
  std::optional<Environment> environment;
  std::optional<std::string> visitor_id;
  std::optional<std::string> q;       // in questions and answers
  std::optional<Timestamp> from, to;  // of the last message; `to` is exclusive
};
BOOST_DESCRIBE_STRUCT(ConversationFilters, (),
                      (project_id, review_status, rating, answered, channel, environment, visitor_id, q, from, to))

struct ConversationQuery : PageQuery, ConversationFilters {};
BOOST_DESCRIBE_STRUCT(ConversationQuery, (PageQuery, ConversationFilters), ())

struct ConversationList {
  std::vector<Conversation> conversations;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ConversationList, (), (conversations, next_cursor))

struct ReviewPatch {
  json::Patch<ReviewStatus> review_status;
  json::Patch<Rating> rating;
  json::Patch<json::Text<0, 4000>> notes;
};
BOOST_DESCRIBE_STRUCT(ReviewPatch, (), (review_status, rating, notes))

class Service {
 public:
  Service(db::Database& database, ActivityLog activity, const Cursors& cursors, Clock clock);

  ConversationList list(const Caller& caller, const ConversationQuery& query) const;
  // Of one project, archived ones too. Throws not_found for a project that is not the company's.
  ConversationList list(const Caller& caller, const ProjectId& project, ConversationQuery query) const;
  ConversationDetail find(const Caller& caller, const ConversationId& conversation,
                          const std::optional<ProjectId>& project = {}) const;
  // `current` sees the conversation before the change, inside the transaction (for If-Match).
  ConversationDetail review(const Caller& caller, const ConversationId& conversation, const ReviewPatch& request,
                            const std::function<void(const ConversationDetail&)>& current);
  // Every conversation that the filters let through, newest first, read in steps: `each` runs between transactions.
  void visit(const CompanyId& company, const ConversationFilters& filters,
             const std::function<void(const ConversationDetail&)>& each) const;
  // Throws not_found for a project that is not the company's, archived or not.
  void require_project(const Caller& caller, const ProjectId& project) const;

 private:
  db::Database& database_;
  ActivityLog activity_;
  const Cursors& cursors_;
  Clock clock_;
};

class Feedback;

void add_routes(http::Router& router, Service& conversations, Feedback& feedback);

}  // namespace oprag::conversations
