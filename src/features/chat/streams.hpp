// Answers under an Idempotency-Key, each made once: stored as the events that tell it, each before it is sent, and so
// told by any node to any request that goes on with it. Who wants a plain answer begins one, too.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stop_token>
#include <thread>

#include "base/environment.hpp"
#include "db/database.hpp"
#include "features/chat/events.hpp"
#include "features/idempotency/records.hpp"
#include "http/events.hpp"

namespace oprag::chat {

inline constexpr std::int64_t stream_ms = 10 * minute_ms;  // how long a stream can be gone on with
inline constexpr std::int64_t alive_ms = 10 * second_ms;   // without a sign of life its process counts as dead

// Whose stream, in which project.
struct StreamPlace {
  CompanyId company;
  ProjectId project;
  idempotency::Key key;
};

class Streams {
 public:
  Streams(db::Database& database, idempotency::Records& records, Clock clock);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  // A stream that this process writes, from its beginning to its last event.
  class Writing {
   public:
    Writing(Streams& streams, StreamPlace place) : streams_(streams), place_(std::move(place)) {}
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    // In the caller's transaction. `first` is the id of the first of `events`. What another process has ended meanwhile
    // throws db::UniqueViolation.
    void append(db::Tenant& tenant, std::size_t first, std::span<const StreamEvent> events) const;
    // The last events, and the answer that they told: from now on the idempotency record tells them again.
    void finish(db::Tenant& tenant, std::size_t first, std::span<const StreamEvent> events,
                const http::Response& answer) const;
    void fail(db::Tenant& tenant, std::size_t id, const StreamEvent& event) const;
    // After the commit: wakes who follows.
    void committed() const;
    // The first client has gone. The answer goes on, since he may come back, but not past the end of the server.
    void leave();
    std::stop_token stop() const { return stop_.get_token(); }

   private:
    friend class Streams;
    Streams& streams_;
    StreamPlace place_;
    std::stop_source stop_;
    bool left_ = false;  // under the mutex of streams_
  };

  // Whether there is one. Throws idempotency_mismatch.
  bool has(const StreamPlace& place);
  // What becomes of one that ended without an answer. A stream's clients are told so again; who wants a plain answer
  // asks anew.
  enum class Failed { kept, replaced };
  // Begins with these events; null when another request was first.
  std::shared_ptr<Writing> begin(const StreamPlace& place, std::span<const StreamEvent> events,
                                 Failed failed = Failed::kept);
  // For requests that want no stream. Throws in_progress while one is written under the key, and idempotency_mismatch.
  void require_none_running(const StreamPlace& place);
  [[noreturn]] static void refuse_while_running();
  // Sends what is stored after event `seen` and what is still to come; when the writing process died, an error. Throws
  // ClientGone.
  void follow(const StreamPlace& place, std::size_t seen, http::EventSink& sink);
  // The server is stopping: ends the answers that nobody waits for, and those whose clients leave from now on.
  void close();

 private:
  struct State;
  State look(const StreamPlace& place, std::size_t seen);
  bool is_dead(const StreamPlace& place, const State& state) const;
  void end_dead(const StreamPlace& place);
  std::uint64_t news() const;
  void wait_for_more(std::uint64_t known);
  void show_life(const std::stop_token& stop);

  db::Database& database_;
  idempotency::Records& records_;
  Clock clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::set<Writing*> writing_;
  std::uint64_t news_ = 0;  // counts commits and ends
  bool closing_ = false;
  std::jthread life_;  // last: ends first
};

}  // namespace oprag::chat
