// Questions and answers: both chat routes, search, and the conversations they leave.
#pragma once
#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "answer/engine.hpp"
#include "features/api_keys/api_keys.hpp"
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

class Service {
 public:
  Service(db::Database& database, index::PassageIndex& index, answer::Engine& engine, api_keys::Service& keys,
          Transcript transcript, Clock clock);

  // Answers and stores the exchange. Before the answer leaves, its sources and the key are checked against the store in
  // the transaction that keeps it, so that delete, replace and revoke hold at once on every node.
  ChatAnswer ask(const Caller& caller, const ProjectId& project, const ChatRequest& request);
  SearchAnswer search(const Caller& caller, const ProjectId& project, const SearchRequest& request);
  // One question outside any conversation (saved tests).
  answer::Result ask_alone(const CompanyId& company, const ProjectId& project, const std::string& question);

 private:
  answer::Result answer(const CompanyId& company, const projects::Project& project, const std::string& question,
                        const std::vector<answer::Turn>& history);
  bool still_true(db::Tenant& tenant, const Caller& caller, const ProjectId& project,
                  const answer::Result& result) const;

  db::Database& database_;
  index::PassageIndex& index_;
  answer::Engine& engine_;
  api_keys::Service& keys_;
  Transcript transcript_;
  Clock clock_;
};

void add_routes(http::Router& router, Service& chat);

}  // namespace oprag::chat
