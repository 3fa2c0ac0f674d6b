#include "features/chat/chat.hpp"

#include "features/documents/records.hpp"

namespace oprag::chat {
namespace {

constexpr int attempts = 3;

Speaker speaker_of(const Caller& caller, const ProjectId& project, const ChatRequest& request) {
  Speaker speaker{.project = project, .channel = Channel::api, .environment = {}, .visitor = {}, .user = {}};
  if (caller.kind == CallerKind::user) {
    speaker.channel = Channel::dashboard;
    speaker.user = caller.user;
  } else {
    speaker.environment = caller.environment;
  }
  if (caller.kind == CallerKind::visitor) {
    speaker.channel = Channel::widget;
    speaker.visitor = caller.visitor;  // what the token binds; the body's is ignored
  } else if (request.visitor_id && !request.visitor_id->value.empty()) {
    speaker.visitor = request.visitor_id->value;
  }
  return speaker;
}

std::optional<std::string> text_of(const std::optional<json::Text<0, 128>>& text) {
  return text ? std::optional(text->value) : std::nullopt;
}

void check_length(const std::string& question, const projects::Project& project) {
  if (static_cast<std::int64_t>(code_points(question)) > project.question_max_length) {
    throw Error(ErrorCode::invalid_request,
                "question must have at most " + std::to_string(project.question_max_length) + " characters");
  }
}

template <class T>
json::Omittable<std::vector<T>> unless_empty(std::vector<T> values) {
  if (values.empty()) return {};
  return {std::move(values)};
}

}  // namespace

Service::Service(db::Database& database, index::PassageIndex& index, answer::Engine& engine, api_keys::Service& keys,
                 Transcript transcript, Clock clock)
    : database_(database),
      index_(index),
      engine_(engine),
      keys_(keys),
      transcript_(std::move(transcript)),
      clock_(std::move(clock)) {}

answer::Result Service::answer(const CompanyId& company, const projects::Project& project, const std::string& question,
                               const std::vector<answer::Turn>& history) {
  const auto view = index_.open({company, project.project_id});
  answer::Options options;
  options.top_k = static_cast<std::size_t>(project.retrieval.top_k.value);
  if (project.retrieval.min_score) options.min_score = project.retrieval.min_score->value;
  options.use_keyword = project.retrieval.search_type != projects::SearchType::semantic;
  options.use_semantic = project.retrieval.search_type != projects::SearchType::keyword;
  options.system_prompt = project.system_prompt;
  options.model = project.model;
  return engine_.answer(*view, question, history, options);
}

bool Service::still_true(db::Tenant& tenant, const Caller& caller, const ProjectId& project,
                         const answer::Result& result) const {
  if (caller.kind == CallerKind::api_key && !keys_.is_active(tenant, project, caller.key)) {
    throw Error(ErrorCode::unauthenticated, "Invalid API key");
  }
  for (const auto& source : result.sources) {
    const auto current = tenant.scalar<std::int64_t>(
        "SELECT current_version FROM documents WHERE company_id = $1 AND project_id = $2 AND document_id = $3 "
        "AND deleted_at IS NULL",
        project, source.document_id);
    if (!current || *current != source.version) return false;
  }
  return true;
}

ChatAnswer Service::ask(const Caller& caller, const ProjectId& project_id, const ChatRequest& request) {
  const auto began = clock_();
  const auto speaker = speaker_of(caller, project_id, request);
  const auto& question = request.question.value;
  const auto [project, thread] = database_.read(caller.company, [&](db::Tenant& tenant) {
    auto found = projects::require(tenant, project_id);
    check_length(question, found);
    auto opened = transcript_.open(tenant, speaker, text_of(request.conversation_id), text_of(request.session_id));
    return std::pair(std::move(found), std::move(opened));
  });
  for (int attempt = 1;; ++attempt) {
    auto result = answer(caller.company, project, question, thread.history);
    std::optional<MessageId> message;
    const bool current = database_.write(caller.company, [&](db::Tenant& tenant) {
      projects::require(tenant, project_id);
      if (!still_true(tenant, caller, project_id, result)) return false;
      message = transcript_.keep(tenant, speaker, thread, {question, result, clock_() - began});
      return true;
    });
    if (!current) {
      // A document changed between retrieval and here: answer again from what is true now.
      if (attempt == attempts) throw Error(ErrorCode::overloaded, "The documents are changing; try again");
      continue;
    }
    ChatAnswer out{.answer = std::move(result.answer),
                   .session_id = thread.session,
                   .conversation_id = {},
                   .visitor_id = {speaker.visitor},
                   .sources = unless_empty(std::move(result.sources)),
                   .answered = result.answered,
                   .reason = {result.reason},
                   .citations = unless_empty(std::move(result.citations)),
                   .message_id = {message},
                   .degraded = {},
                   .explain = {}};
    if (message) out.conversation_id.value = thread.conversation;
    if (result.degraded) out.degraded.value = true;
    if (speaker.channel == Channel::dashboard) out.explain.value = std::move(result.explanation);
    return out;
  }
}

SearchAnswer Service::search(const Caller& caller, const ProjectId& project_id, const SearchRequest& request) {
  const auto project = database_.read(caller.company, [&](db::Tenant& tenant) {
    auto found = projects::require(tenant, project_id);
    check_length(request.question.value, found);
    return found;
  });
  const auto view = index_.open({caller.company, project_id});
  answer::Options options;
  options.top_k = static_cast<std::size_t>(request.top_k ? request.top_k->value : 10);
  options.use_keyword = project.retrieval.search_type != projects::SearchType::semantic;
  options.use_semantic = project.retrieval.search_type != projects::SearchType::keyword;
  return {engine_.search(*view, request.question.value, options)};
}

answer::Result Service::ask_alone(const CompanyId& company, const ProjectId& project_id, const std::string& question) {
  const auto project =
      database_.read(company, [&](db::Tenant& tenant) { return projects::require(tenant, project_id); });
  return answer(company, project, question, {});
}

}  // namespace oprag::chat
