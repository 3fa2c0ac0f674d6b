#include "features/chat/chat.hpp"

#include "base/log.hpp"
#include "features/documents/records.hpp"
#include "http/router.hpp"
#include "outbound/upstream_error.hpp"

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

// The dashboard's and test keys' questions are tests.
bool is_billed(const Caller& caller) {
  return caller.kind != CallerKind::user && caller.environment != Environment::test;
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

// `stored`: whether the conversation is kept, so that its ids mean something.
ChatAnswer answer_of(const Thread& thread, const Speaker& speaker, const answer::Result& result, bool stored) {
  ChatAnswer out{.answer = result.answer,
                 .session_id = thread.session,
                 .conversation_id = {},
                 .visitor_id = {speaker.visitor},
                 .sources = unless_empty(result.sources),
                 .answered = result.answered,
                 .reason = {result.reason},
                 .citations = unless_empty(result.citations),
                 .message_id = {},
                 .degraded = {},
                 .explain = {}};
  if (stored) out.conversation_id.value = thread.conversation;
  if (stored) out.message_id.value = thread.answer;
  if (result.degraded) out.degraded.value = true;
  if (speaker.channel == Channel::dashboard) out.explain.value = result.explanation;
  return out;
}

constexpr auto lost = "The server stopped before the answer was complete; ask again";

// What goes wrong after the first event can only be told as one.
StreamEvent failure_of(const std::exception_ptr& fault, const std::string& request_id) {
  try {
    std::rethrow_exception(fault);
  } catch (const outbound::Cancelled&) {
    return failure(ErrorCode::overloaded, lost, request_id);
  } catch (const Error& error) {
    return failure(error.code(), error.what(), request_id);
  } catch (const std::exception& other) {
    log::error("an answer failed", {{"what", other.what()}});
    return failure(ErrorCode::internal, "Internal error", request_id);
  }
}

// For an answer that is told to others than the one who asked.
class NoClient final : public http::BodyWriter {
 public:
  void write(std::string_view) override {}
  bool gone() const noexcept override { return false; }
};

}  // namespace

Service::Service(db::Database& database, index::PassageIndex& index, answer::Engine& engine, api_keys::Service& keys,
                 const billing::PlanLimits& limits, Streams& streams, Transcript transcript, Clock clock)
    : database_(database),
      index_(index),
      engine_(engine),
      keys_(keys),
      limits_(limits),
      streams_(streams),
      transcript_(std::move(transcript)),
      clock_(std::move(clock)) {}

answer::Result Service::answer(const CompanyId& company, const projects::Project& project, const std::string& question,
                               const std::vector<answer::Turn>& history, const answer::Live& live) {
  const auto view = index_.open({company, project.project_id});
  answer::Options options;
  options.top_k = static_cast<std::size_t>(project.retrieval.top_k.value);
  if (project.retrieval.min_score) options.min_score = project.retrieval.min_score->value;
  options.use_keyword = project.retrieval.search_type != projects::SearchType::semantic;
  options.use_semantic = project.retrieval.search_type != projects::SearchType::keyword;
  options.system_prompt = project.system_prompt;
  options.model = project.model;
  return engine_.answer(*view, question, history, options, live);
}

void Service::require_current(db::Tenant& tenant, const Asked& asked, const answer::Result& result) const {
  projects::require(tenant, asked.project_id);
  if (asked.caller.kind == CallerKind::api_key && !keys_.is_active(tenant, asked.project_id, asked.caller.key)) {
    throw Error(ErrorCode::unauthenticated, "Invalid API key");
  }
  for (const auto& source : result.sources) {
    const auto current = tenant.scalar<std::int64_t>(
        "SELECT current_version FROM documents WHERE company_id = $1 AND project_id = $2 AND document_id = $3 "
        "AND deleted_at IS NULL",
        asked.project_id, source.document_id);
    if (!current || *current != source.version) throw Stale();
  }
}

Service::Asked Service::accept(const Caller& caller, const ProjectId& project_id, const ChatRequest& request) {
  Asked asked{.caller = caller,
              .project_id = project_id,
              .question = request.question.value,
              .at = clock_(),
              .speaker = speaker_of(caller, project_id, request),
              .project = {},
              .thread = {},
              .billed = {}};
  database_.read(caller.company, [&](db::Tenant& tenant) {
    asked.project = projects::require(tenant, project_id);
    check_length(asked.question, asked.project);
    asked.thread =
        transcript_.open(tenant, asked.speaker, text_of(request.conversation_id), text_of(request.session_id));
  });
  if (is_billed(caller)) {
    asked.billed = std::make_shared<billing::PlanLimits::Question>(limits_.take_question(database_, caller.company));
  }
  return asked;
}

ChatAnswer Service::settle(const Asked& asked, Telling* telling, const std::stop_token& stop) {
  answer::Live live{.grown = {}, .stop = stop};
  if (telling) live.grown = [&](const answer::Result& so_far) { grow(asked, so_far, *telling); };
  for (int attempt = 1;; ++attempt) {
    try {
      return keep(asked, answer(asked.caller.company, asked.project, asked.question, asked.thread.history, live),
                  telling);
    } catch (const Stale&) {
      // A document changed between retrieval and here: answer again from what is true now, unless it was told.
      if (attempt == attempts || (telling && telling->has_spoken())) {
        throw Error(ErrorCode::overloaded, "The documents are changing; try again");
      }
    }
  }
}

ChatAnswer Service::keep(const Asked& asked, const answer::Result& result, Telling* telling) {
  auto out = database_.write(asked.caller.company, [&](db::Tenant& tenant) {
    require_current(tenant, asked, result);
    const auto message =
        transcript_.keep(tenant, asked.speaker, asked.thread, {asked.question, result, clock_() - asked.at});
    auto answer = answer_of(asked.thread, asked.speaker, result, message.has_value());
    if (telling) telling->finish(tenant, http::json_response(json::to_text(answer), 200, {}, {}));
    return answer;
  });
  if (asked.billed) asked.billed->answered();
  if (telling) telling->send();
  return out;
}

// Sources are checked before a sentence on them leaves, as they are before a whole answer does.
void Service::grow(const Asked& asked, const answer::Result& so_far, Telling& telling) {
  const auto check = [&](db::Tenant& tenant) {
    require_current(tenant, asked, so_far);
    telling.grow(tenant,
                 json::encode(answer_of(asked.thread, asked.speaker, so_far, asked.thread.is_stored)).as_object());
  };
  if (telling.is_stored()) {
    database_.write(asked.caller.company, check);
  } else {
    database_.read(asked.caller.company, check);
  }
  telling.send();
}

ChatAnswer Service::ask(const Caller& caller, const ProjectId& project, const ChatRequest& request, const How& how) {
  if (!how.key) return settle(accept(caller, project, request), nullptr, {});
  const StreamPlace place{caller.company, project, *how.key};
  streams_.require_none_running(place);
  const auto asked = accept(caller, project, request);
  const auto begun = beginning_of(asked);
  auto writing = streams_.begin(place, begun, Streams::Failed::replaced);
  if (!writing) Streams::refuse_while_running();
  NoClient nobody;
  http::EventSink sink(nobody);
  Telling telling(std::move(writing), begun, sink);
  try {
    telling.send();
    return settle(asked, &telling, {});
  } catch (const db::UniqueViolation&) {
    throw Error(ErrorCode::overloaded, lost);  // another node took this one for dead and ended the stream
  } catch (...) {
    telling.fail(database_, caller.company, failure_of(std::current_exception(), how.request_id));
    throw;
  }
}

http::EventSource Service::stream(const Caller& caller, const ProjectId& project, const ChatRequest& request,
                                  const How& how) {
  std::optional<StreamPlace> place;
  if (how.key) place = {caller.company, project, *how.key};
  const auto follow = [this, place, seen = how.seen](http::EventSink& sink) { streams_.follow(*place, seen, sink); };
  if (place && streams_.has(*place)) return follow;
  auto asked = accept(caller, project, request);
  auto begun = beginning_of(asked);
  std::shared_ptr<Streams::Writing> writing;
  if (place) {
    writing = streams_.begin(*place, begun);
    if (!writing) return follow;
  }
  return [=, this, client = how.client, id = how.request_id](http::EventSink& sink) {
    Telling telling(writing, begun, sink);
    if (!writing) return tell(asked, telling, client, id);
    const std::stop_callback leave(client, [&] { writing->leave(); });
    tell(asked, telling, writing->stop(), id);
  };
}

std::vector<StreamEvent> Service::beginning_of(const Asked& asked) {
  return chat::beginning_of(
      json::encode(answer_of(asked.thread, asked.speaker, {}, asked.thread.is_stored)).as_object());
}

void Service::tell(const Asked& asked, Telling& telling, const std::stop_token& stop, const std::string& request_id) {
  try {
    telling.send();
    settle(asked, &telling, stop);
  } catch (const http::ClientGone&) {
    throw;
  } catch (const db::UniqueViolation&) {
    throw http::ClientGone();  // another node took this one for dead and ended the stream
  } catch (...) {
    telling.fail(database_, asked.caller.company, failure_of(std::current_exception(), request_id));
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
  return answer(company, project, question, {}, {});
}

}  // namespace oprag::chat
