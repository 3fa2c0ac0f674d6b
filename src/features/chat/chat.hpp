// Questions and answers: both chat routes, search, and the conversations they leave.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "answer/engine.hpp"
#include "features/api_keys/api_keys.hpp"
#include "features/chat/streams.hpp"
#include "features/chat/telling.hpp"
#include "features/chat/transcript.hpp"
#include "features/projects/projects.hpp"
#include "index/passage_index.hpp"

namespace oprag::chat {

struct ChatRequest {
  json::Text<1, 10'000> question;
  std::optional<json::Text<0, 128>> session_id;
  std::optional<json::Text<0, 128>> conversation_id;
  std::optional<json::Text<0, 128>> visitor_id;
  std::optional<bool> stream;
};
BOOST_DESCRIBE_STRUCT(ChatRequest, (), (question, session_id, conversation_id, visitor_id, stream))

// The contract's members in the contract's order, then ours.
struct ChatAnswer {
  std::string answer;
  SessionId session_id;
  json::Omittable<ConversationId> conversation_id;
  json::Omittable<std::string> visitor_id;
  json::Omittable<std::vector<answer::Source>> sources;
  bool answered = false;
  json::Omittable<answer::Reason> reason;
  json::Omittable<std::vector<answer::Citation>> citations;
  json::Omittable<MessageId> message_id;
  json::Omittable<bool> degraded;
  json::Omittable<answer::Explanation> explain;
};
BOOST_DESCRIBE_STRUCT(ChatAnswer, (),
                      (answer, session_id, conversation_id, visitor_id, sources, answered, reason, citations,
                       message_id, degraded, explain))

struct SearchRequest {
  json::Text<1, 10'000> question;
  std::optional<json::Whole<1, 100>> top_k;
};
BOOST_DESCRIBE_STRUCT(SearchRequest, (), (question, top_k))

struct SearchAnswer {
  std::vector<answer::SearchResult> results;
};
BOOST_DESCRIBE_STRUCT(SearchAnswer, (), (results))

// How the request was made.
struct How {
  std::optional<idempotency::Key> key;
  std::size_t seen = 0;    // the event that a stream's client has already, when it comes back
  std::stop_token client;  // a stream's: until it is gone
  std::string request_id;
};

class Service {
 public:
  Service(db::Database& database, index::PassageIndex& index, answer::Engine& engine, api_keys::Service& keys,
          const billing::PlanLimits& limits, Streams& streams, Transcript transcript, Clock clock);

  // Answers and stores the exchange. Before the answer leaves, its sources and the key are checked against the store in
  // the transaction that keeps it, so that delete, replace and revoke hold at once on every node. Throws in_progress
  // while the answer of the Idempotency-Key is being made elsewhere.
  ChatAnswer ask(const Caller& caller, const ProjectId& project, const ChatRequest& request, const How& how = {});
  // The same, told as events, each sentence as soon as it passed its check; or the answer that another request began
  // under this Idempotency-Key, gone on with.
  http::EventSource stream(const Caller& caller, const ProjectId& project, const ChatRequest& request, const How& how);
  SearchAnswer search(const Caller& caller, const ProjectId& project, const SearchRequest& request);
  // One question outside any conversation (saved tests).
  answer::Result ask_alone(const CompanyId& company, const ProjectId& project, const std::string& question);

 private:
  // A question whose request passed every check.
  struct Asked {
    Caller caller;
    ProjectId project_id;
    std::string question;
    Timestamp at;
    Speaker speaker;
    projects::Project project;
    Thread thread;
    std::shared_ptr<billing::PlanLimits::Question> billed;  // given back unless it is answered; null: it is a test
  };
  struct Stale {};  // a source changed while it was being cited

  Asked accept(const Caller& caller, const ProjectId& project, const ChatRequest& request);
  ChatAnswer settle(const Asked& asked, Telling* telling, const std::stop_token& stop);
  ChatAnswer keep(const Asked& asked, const answer::Result& result, Telling* telling);
  static std::vector<StreamEvent> beginning_of(const Asked& asked);
  void grow(const Asked& asked, const answer::Result& so_far, Telling& telling);
  void tell(const Asked& asked, Telling& telling, const std::stop_token& stop, const std::string& request_id);
  answer::Result answer(const CompanyId& company, const projects::Project& project, const std::string& question,
                        const std::vector<answer::Turn>& history, const answer::Live& live);
  // Throws Stale.
  void require_current(db::Tenant& tenant, const Asked& asked, const answer::Result& result) const;

  db::Database& database_;
  index::PassageIndex& index_;
  answer::Engine& engine_;
  api_keys::Service& keys_;
  const billing::PlanLimits& limits_;
  Streams& streams_;
  Transcript transcript_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& chat);

}  // namespace oprag::chat
