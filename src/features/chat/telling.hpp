// One answer on its way to the client who asked for it as events. What was told stays told.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "features/chat/streams.hpp"

namespace oprag::chat {

class Telling {
 public:
  // `writing` null: without an Idempotency-Key nobody can come back for the stream, so it is not stored, and a client
  // who leaves ends it. `begun`: its first events, which are stored and not yet sent.
  Telling(std::shared_ptr<Streams::Writing> writing, std::vector<StreamEvent> begun, http::EventSink& sink)
      : writing_(std::move(writing)), sink_(sink), ready_(std::move(begun)) {}

  bool is_stored() const { return writing_ != nullptr; }
  // Whether a sentence was told, so that the answer cannot begin anew.
  bool has_spoken() const { return sent_ > 1; }

  // In the transaction that checks the answer: what it holds beyond what was told. Called again if that runs again.
  void grow(db::Tenant& tenant, const boost::json::object& so_far);
  // In the transaction that keeps it.
  void finish(db::Tenant& tenant, const http::Response& answer);
  void fail(db::Database& database, const CompanyId& company, const StreamEvent& failure);
  // After the commit. Throws ClientGone if nobody can come back.
  void send();

 private:
  void prepare(std::vector<StreamEvent> all);

  std::shared_ptr<Streams::Writing> writing_;
  http::EventSink& sink_;
  std::size_t sent_ = 0;
  std::vector<StreamEvent> ready_;  // to be sent next
  bool client_gone_ = false;
};

}  // namespace oprag::chat
