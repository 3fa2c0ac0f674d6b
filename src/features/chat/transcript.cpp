#include "features/chat/transcript.hpp"

namespace oprag::chat {
namespace {

constexpr std::int64_t remembered_turns = 4;

struct ConversationRow {
  ConversationId conversation_id;
  SessionId session_id;
  std::int64_t message_count = 0;
};
BOOST_DESCRIBE_STRUCT(ConversationRow, (), (conversation_id, session_id, message_count))

struct MessageRow {
  std::int64_t ordinal = 0;
  std::string role;
  std::string content;
  std::optional<bool> answered;
  std::vector<answer::Source> sources;
};
BOOST_DESCRIBE_STRUCT(MessageRow, (), (ordinal, role, content, answered, sources))

// NULLs are compared as empty words: both without a visitor counts as equal.
constexpr std::string_view resume = R"(
  SELECT conversation_id, session_id, message_count FROM conversations
  WHERE company_id = $1 AND project_id = $2 AND channel = $3 AND COALESCE(environment, '') = $4
    AND COALESCE(visitor_id, '') = $5 AND COALESCE(user_id, '') = $6)";

const std::string resume_conversation = std::string(resume) + " AND conversation_id = $7";
const std::string resume_session = std::string(resume) + " AND session_id = $7";

constexpr std::string_view recent_messages = R"(
  SELECT ordinal, role, content, answered, sources FROM messages
  WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3 AND ordinal >= $4 ORDER BY ordinal)";

constexpr std::string_view insert_conversation = R"(
  INSERT INTO conversations (company_id, project_id, conversation_id, channel, environment, visitor_id, user_id, session_id,
                             started_at, last_message_at, message_count, first_question, answered, review_status, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 2, $10, $11, 'unreviewed', $9))";

// One refused answer marks the whole conversation.
constexpr std::string_view extend_conversation = R"(
  UPDATE conversations SET last_message_at = $4, message_count = message_count + 2,
         answered = CASE WHEN $5 = 0 THEN 0 ELSE answered END
  WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3)";

constexpr std::string_view insert_message = R"(
  INSERT INTO messages (company_id, project_id, conversation_id, message_id, ordinal, role, content, answered, reason, sources,
                        citations, latency_ms, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13))";

}  // namespace

Thread Transcript::open(db::Tenant& tenant, const Speaker& speaker, const std::optional<std::string>& conversation,
                        const std::optional<std::string>& session) const {
  const auto find = [&](const std::string& sql, const std::string& id) {
    const auto environment = speaker.environment ? std::string(to_word(*speaker.environment)) : std::string();
    return tenant.one<ConversationRow>(sql, speaker.project, speaker.channel, environment, speaker.visitor.value_or(""),
                                       speaker.user ? speaker.user->value : std::string(), id);
  };
  std::optional<ConversationRow> known;
  if (conversation && !conversation->empty()) known = find(resume_conversation, *conversation);
  if (!known && session && !session->empty()) known = find(resume_session, *session);
  Thread thread{.conversation = {}, .session = {}, .answer = {}, .is_stored = keeps(tenant), .history = {}};
  if (known) {
    thread.conversation = known->conversation_id;
    thread.session = known->session_id;
  } else {
    thread.conversation = new_id<ConversationTag>(random_);
    thread.session = new_id<SessionTag>(random_);
  }
  thread.answer = new_id<MessageTag>(random_);
  if (!known) return thread;
  const auto from = std::max<std::int64_t>(0, known->message_count - 2 * remembered_turns);
  for (auto& message : tenant.all<MessageRow>(recent_messages, speaker.project, known->conversation_id, from)) {
    if (message.role == "user") {
      thread.history.push_back(
          {.question = std::move(message.content), .answer = {}, .answered = false, .sources = {}});
    } else if (!thread.history.empty()) {
      auto& turn = thread.history.back();
      turn.answer = std::move(message.content);
      turn.answered = message.answered.value_or(false);
      turn.sources = std::move(message.sources);
    }
  }
  return thread;
}

bool Transcript::keeps(db::Tenant& tenant) {
  const auto days = tenant.scalar<std::int64_t>("SELECT retention_days FROM company_settings WHERE company_id = $1");
  return days != 0;
}

std::optional<MessageId> Transcript::keep(db::Tenant& tenant, const Speaker& speaker, const Thread& thread,
                                          const Exchange& exchange) const {
  if (!keeps(tenant)) return {};
  const auto now = clock_();
  const auto& result = exchange.result;
  // Another question of the same conversation may have been answered meanwhile.
  const auto messages = tenant.scalar<std::int64_t>(
      "SELECT message_count FROM conversations WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3",
      speaker.project, thread.conversation);
  if (messages) {
    tenant.exec(extend_conversation, speaker.project, thread.conversation, now, result.answered);
  } else {
    tenant.exec(insert_conversation, speaker.project, thread.conversation, speaker.channel, speaker.environment,
                speaker.visitor, speaker.user, thread.session, now, exchange.question, result.answered);
  }
  const std::optional<bool> no_answer;
  const std::optional<answer::Reason> no_reason;
  const std::optional<std::int64_t> no_latency;
  const auto ordinal = messages.value_or(0);
  tenant.exec(insert_message, speaker.project, thread.conversation, new_id<MessageTag>(random_), ordinal, "user",
              exchange.question, no_answer, no_reason, std::vector<answer::Source>{}, std::vector<answer::Citation>{},
              no_latency, now);
  tenant.exec(insert_message, speaker.project, thread.conversation, thread.answer, ordinal + 1, "assistant",
              result.answer, result.answered, result.reason, result.sources, result.citations, exchange.latency_ms,
              now);
  return thread.answer;
}

}  // namespace oprag::chat
