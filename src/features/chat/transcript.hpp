// The conversation behind a chat request: found, resumed or begun, and what is kept of each exchange.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "answer/result.hpp"
#include "base/caller.hpp"
#include "base/environment.hpp"
#include "db/database.hpp"

namespace oprag::chat {

enum class Channel { api, widget, dashboard, mcp };
BOOST_DESCRIBE_ENUM(Channel, api, widget, dashboard, mcp)

// Who speaks: a conversation is resumed only when all of it is equal.
struct Speaker {
  ProjectId project;
  Channel channel = Channel::api;
  std::optional<Environment> environment;  // nothing for the dashboard
  std::optional<std::string> visitor;
  std::optional<UserId> user;  // dashboard only
};

struct Thread {
  ConversationId conversation;
  SessionId session;
  MessageId answer;                   // what the answer to this question will be called
  bool is_stored = false;             // whether the workspace keeps conversations
  std::vector<answer::Turn> history;  // oldest first, the last few exchanges
};

struct Exchange {
  std::string question;
  answer::Result result;
  std::int64_t latency_ms = 0;
};

class Transcript {
 public:
  Transcript(Clock clock, RandomText random) : clock_(std::move(clock)), random_(std::move(random)) {}

  // The conversation that the ids name, if it is this speaker's; otherwise a new one with new ids, the same for ids
  // that are foreign, unknown or malformed. When the two disagree, the conversation's id wins.
  Thread open(db::Tenant& tenant, const Speaker& speaker, const std::optional<std::string>& conversation,
              const std::optional<std::string>& session) const;
  // Keeps question and answer, behind what the conversation holds by now; returns the answer's message id. Nothing when
  // the workspace keeps no conversations.
  std::optional<MessageId> keep(db::Tenant& tenant, const Speaker& speaker, const Thread& thread,
                                const Exchange& exchange) const;

 private:
  static bool keeps(db::Tenant& tenant);

  Clock clock_;
  RandomText random_;
};

}  // namespace oprag::chat
