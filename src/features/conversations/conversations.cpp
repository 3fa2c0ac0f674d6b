#include "features/conversations/conversations.hpp"

#include "features/projects/projects.hpp"

namespace oprag::conversations {
namespace {

constexpr std::string_view columns = R"(
  SELECT c.conversation_id, c.project_id, p.name AS project_name, c.channel, c.environment, c.visitor_id, c.session_id,
         c.started_at, c.last_message_at, c.message_count, c.first_question, c.answered, c.review_status, c.rating, c.notes,
         c.reviewed_by
  FROM conversations c JOIN projects p ON p.company_id = c.company_id AND p.project_id = c.project_id
  WHERE c.company_id = $1 AND )";

const std::string find_conversation =
    std::string(columns) + "c.conversation_id = $2 AND ($3 = '' OR c.project_id = $3)";

// Filters that were not given are empty words or the ends of time.
const std::string list_conversations = std::string(columns) + R"(
  ($2 = '' OR c.project_id = $2) AND ($3 = '' OR c.review_status = $3) AND ($4 = '' OR c.rating = $4)
  AND ($5 = '' OR ($5 = 'true' AND c.answered = 1) OR ($5 = 'false' AND c.answered = 0))
  AND ($6 = '' OR c.channel = $6) AND ($7 = '' OR c.environment = $7) AND ($8 = '' OR c.visitor_id = $8)
  AND ($9 = '' OR EXISTS (
    SELECT 1 FROM messages m WHERE m.company_id = c.company_id AND m.project_id = c.project_id
      AND m.conversation_id = c.conversation_id AND lower(m.content) LIKE $9 ESCAPE '\'))
  AND c.last_message_at >= $10 AND c.last_message_at < $11 AND (c.last_message_at, c.conversation_id) < ($12, $13)
  ORDER BY c.last_message_at DESC, c.conversation_id DESC LIMIT $14)";

constexpr std::string_view list_messages = R"(
  SELECT message_id, role, content, answered, reason, sources, citations, latency_ms, created_at, visitor_rating,
         visitor_comment
  FROM messages WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3 ORDER BY ordinal)";

constexpr std::string_view update_review = R"(
  UPDATE conversations SET review_status = $4, rating = $5, notes = $6, reviewed_by = $7, updated_at = $8
  WHERE company_id = $1 AND project_id = $2 AND conversation_id = $3)";

template <DescribedEnum E>
std::string word_or_empty(const std::optional<E>& value) {
  return value ? std::string(to_word(*value)) : std::string();
}

std::vector<Conversation> select(db::Tenant& tenant, const ConversationFilters& f, const Position& after,
                                 std::int64_t limit) {
  const std::string answered = !f.answered ? "" : *f.answered ? "true" : "false";
  return tenant.all<Conversation>(list_conversations, f.project_id.value_or(ProjectId{}),
                                  word_or_empty(f.review_status), word_or_empty(f.rating), answered,
                                  word_or_empty(f.channel), word_or_empty(f.environment), f.visitor_id.value_or(""),
                                  containing(f.q.value_or("")), f.from.value_or(Timestamp{}),
                                  f.to.value_or(Timestamp{INT64_MAX}), after.time, after.id, limit);
}

Position position_of(const Conversation& c) {
  return {c.last_message_at.ms, c.conversation_id.value};
}

ConversationDetail detail_of(db::Tenant& tenant, Conversation conversation) {
  auto messages = tenant.all<Message>(list_messages, conversation.project_id, conversation.conversation_id);
  return {std::move(conversation), std::move(messages)};
}

ConversationDetail require(db::Tenant& tenant, const ConversationId& id, const std::optional<ProjectId>& project) {
  auto conversation = tenant.one<Conversation>(find_conversation, id, project.value_or(ProjectId{}));
  if (!conversation) throw Error(ErrorCode::not_found, "Conversation not found");
  return detail_of(tenant, *std::move(conversation));
}

}  // namespace

Service::Service(db::Database& database, ActivityLog activity, const Cursors& cursors, Clock clock)
    : database_(database), activity_(std::move(activity)), cursors_(cursors), clock_(std::move(clock)) {}

ConversationList Service::list(const Caller& caller, const ConversationQuery& query) const {
  const ConversationFilters& filters = query;
  const auto scope = "conversations " + caller.company.value + " " + json::to_text(filters);
  const auto from = cursors_.open(scope, query.cursor);
  const auto limit = query.limit ? query.limit->value : default_page_size;
  ConversationList out;
  out.conversations =
      database_.read(caller.company, [&](db::Tenant& tenant) { return select(tenant, filters, from, limit + 1); });
  out.next_cursor = take_page(out.conversations, limit, cursors_, scope, position_of);
  return out;
}

ConversationList Service::list(const Caller& caller, const ProjectId& project, ConversationQuery query) const {
  require_project(caller, project);
  query.project_id = project;
  return list(caller, query);
}

void Service::require_project(const Caller& caller, const ProjectId& project) const {
  database_.read(caller.company,
                 [&](db::Tenant& tenant) { projects::require(tenant, project, projects::Archived::accept); });
}

ConversationDetail Service::find(const Caller& caller, const ConversationId& id,
                                 const std::optional<ProjectId>& project) const {
  return database_.read(caller.company, [&](db::Tenant& tenant) {
    if (project) projects::require(tenant, *project, projects::Archived::accept);
    return require(tenant, id, project);
  });
}

ConversationDetail Service::review(const Caller& caller, const ConversationId& id, const ReviewPatch& request,
                                   const std::function<void(const ConversationDetail&)>& current) {
  return database_.write(caller.company, [&](db::Tenant& tenant) {
    const auto before = require(tenant, id, {});
    current(before);
    const auto status = request.review_status.applied_to(before.review_status, ReviewStatus::unreviewed);
    const auto rating = request.rating.applied_to(before.rating, std::optional<Rating>{});
    const auto notes = request.notes.applied_to(before.notes, std::optional<std::string>{});
    if (status == before.review_status && rating == before.rating && notes == before.notes) return before;
    tenant.exec(update_review, before.project_id, id, status, rating, notes, person_of(caller), clock_());
    activity_.record(tenant, {.type = "conversation.reviewed",
                              .actor = person_of(caller),
                              .project = before.project_id,
                              .target_type = "conversation",
                              .target_id = id.value,
                              .summary = "Reviewed a conversation of " + before.project_name});
    return require(tenant, id, {});
  });
}

void Service::visit(const CompanyId& company, const ConversationFilters& filters,
                    const std::function<void(const ConversationDetail&)>& each) const {
  constexpr std::int64_t step = 50;
  Position after;
  for (;;) {
    const auto batch = database_.read(company, [&](db::Tenant& tenant) {
      std::vector<ConversationDetail> out;
      for (auto& conversation : select(tenant, filters, after, step)) {
        out.push_back(detail_of(tenant, std::move(conversation)));
      }
      return out;
    });
    for (const auto& conversation : batch) each(conversation);
    if (static_cast<std::int64_t>(batch.size()) < step) return;
    after = position_of(batch.back());
  }
}

}  // namespace oprag::conversations
