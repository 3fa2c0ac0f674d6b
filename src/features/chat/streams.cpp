#include "features/chat/streams.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "crypto/seal.hpp"

namespace oprag::chat {
namespace {

using namespace std::chrono_literals;

constexpr auto life_sign = 2s;
constexpr auto look_again = 250ms;  // for what another node writes; this process is woken

struct StreamRow {
  std::string fingerprint;
  bool ended = false;
  std::int64_t began_at = 0, alive_at = 0;
};
BOOST_DESCRIBE_STRUCT(StreamRow, (), (fingerprint, ended, began_at, alive_at))

struct EventRow {
  std::int64_t ordinal = 0;
  std::string event;
};
BOOST_DESCRIBE_STRUCT(EventRow, (), (ordinal, event))

struct PlainEvent {
  std::string name, data;
};
BOOST_DESCRIBE_STRUCT(PlainEvent, (), (name, data))

std::string context_of(const StreamPlace& place, std::int64_t ordinal) {
  return place.key.record_id + " event " + std::to_string(ordinal);
}

std::optional<StreamRow> find_row(db::Tenant& tenant, const StreamPlace& place) {
  return tenant.one<StreamRow>(
      "SELECT fingerprint, ended, began_at, alive_at FROM chat_streams "
      "WHERE company_id = $1 AND project_id = $2 AND stream_id = $3",
      place.project, place.key.record_id);
}

// Those that can be gone on with.
std::optional<StreamRow> find(db::Tenant& tenant, const StreamPlace& place, Timestamp now) {
  auto row = find_row(tenant, place);
  if (row && row->alive_at <= now.ms - stream_ms) row.reset();
  return row;
}

void remove(db::Tenant& tenant, const StreamPlace& place) {
  for (const std::string table : {"chat_stream_events", "chat_streams"}) {
    tenant.exec("DELETE FROM " + table + " WHERE company_id = $1 AND project_id = $2 AND stream_id = $3", place.project,
                place.key.record_id);
  }
}

void insert(db::Tenant& tenant, const StreamPlace& place, std::size_t first, std::span<const StreamEvent> events) {
  auto ordinal = static_cast<std::int64_t>(first);
  for (const auto& event : events) {
    const auto sealed =
        crypto::seal(place.key.seal, json::to_text(PlainEvent{event.name, event.data}), context_of(place, ordinal));
    tenant.exec(
        "INSERT INTO chat_stream_events (company_id, project_id, stream_id, ordinal, event) "
        "VALUES ($1, $2, $3, $4, $5)",
        place.project, place.key.record_id, ordinal, crypto::base64url_encode(sealed));
    ++ordinal;
  }
}

PlainEvent opened(const StreamPlace& place, const EventRow& row) {
  const auto plain =
      crypto::open(place.key.seal, crypto::base64url_decode(row.event).value(), context_of(place, row.ordinal));
  return json::decode<PlainEvent>(json::parse(plain.value()));
}

void renew(db::Tenant& tenant, const StreamPlace& place, Timestamp now, bool ended) {
  tenant.exec(
      "UPDATE chat_streams SET alive_at = $4, ended = $5 "
      "WHERE company_id = $1 AND project_id = $2 AND stream_id = $3 AND ended = 0",
      place.project, place.key.record_id, now, ended);
}

}  // namespace

struct Streams::State {
  std::optional<StreamRow> stream;
  std::vector<EventRow> events;
};

Streams::Writing::~Writing() {
  const std::lock_guard lock(streams_.mutex_);
  streams_.writing_.erase(this);
  ++streams_.news_;
  streams_.changed_.notify_all();
}

void Streams::Writing::append(db::Tenant& tenant, std::size_t first, std::span<const StreamEvent> events) const {
  insert(tenant, place_, first, events);
  renew(tenant, place_, streams_.clock_(), false);
}

void Streams::Writing::finish(db::Tenant& tenant, std::size_t first, std::span<const StreamEvent> events,
                              const http::Response& answer) const {
  insert(tenant, place_, first, events);
  renew(tenant, place_, streams_.clock_(), true);
  streams_.records_.record(tenant.directory(), place_.key, answer);
}

void Streams::Writing::fail(db::Tenant& tenant, std::size_t id, const StreamEvent& event) const {
  insert(tenant, place_, id, std::span(&event, 1));
  renew(tenant, place_, streams_.clock_(), true);
}

void Streams::Writing::committed() const {
  const std::lock_guard lock(streams_.mutex_);
  ++streams_.news_;
  streams_.changed_.notify_all();
}

void Streams::Writing::leave() {
  const std::lock_guard lock(streams_.mutex_);
  left_ = true;
  if (streams_.closing_) stop_.request_stop();
}

Streams::Streams(db::Database& database, idempotency::Records& records, Clock clock)
    : database_(database),
      records_(records),
      clock_(std::move(clock)),
      life_([this](const std::stop_token& stop) { show_life(stop); }) {}

Streams::~Streams() = default;

void Streams::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  for (auto* writing : writing_) {
    if (writing->left_) writing->stop_.request_stop();
  }
}

bool Streams::has(const StreamPlace& place) {
  const auto stream = database_.read(place.company, [&](db::Tenant& tenant) { return find(tenant, place, clock_()); });
  if (stream) place.key.require_same(stream->fingerprint);
  return stream.has_value();
}

std::shared_ptr<Streams::Writing> Streams::begin(const StreamPlace& place, std::span<const StreamEvent> events,
                                                 Failed failed) {
  auto writing = std::make_shared<Writing>(*this, place);
  {
    const std::lock_guard lock(mutex_);
    writing_.insert(writing.get());
    changed_.notify_all();
  }
  const bool first = database_.write(place.company, [&](db::Tenant& tenant) {
    const auto now = clock_();
    const auto old = find_row(tenant, place);
    const bool expired = old && old->alive_at <= now.ms - stream_ms;
    const bool replaced =
        old && old->ended && failed == Failed::replaced && !records_.has(tenant.directory(), place.key);
    if (expired || replaced) remove(tenant, place);
    const auto added = tenant.exec(
        "INSERT INTO chat_streams (company_id, project_id, stream_id, fingerprint, ended, began_at, alive_at) "
        "VALUES ($1, $2, $3, $4, 0, $5, $5) ON CONFLICT (company_id, project_id, stream_id) DO NOTHING",
        place.project, place.key.record_id, place.key.fingerprint, now);
    if (added == 1) insert(tenant, place, 1, events);
    return added == 1;
  });
  return first ? writing : nullptr;
}

void Streams::refuse_while_running() {
  throw Error(ErrorCode::in_progress, "The first request with this Idempotency-Key is still running");
}

void Streams::require_none_running(const StreamPlace& place) {
  const auto state = look(place, INT64_MAX);
  if (!state.stream) return;
  place.key.require_same(state.stream->fingerprint);
  if (is_dead(place, state)) return end_dead(place);
  if (!state.stream->ended) refuse_while_running();
}

Streams::State Streams::look(const StreamPlace& place, std::size_t seen) {
  return database_.read(place.company, [&](db::Tenant& tenant) {
    State out{.stream = find(tenant, place, clock_()), .events = {}};
    if (out.stream) {
      out.events = tenant.all<EventRow>(
          "SELECT ordinal, event FROM chat_stream_events "
          "WHERE company_id = $1 AND project_id = $2 AND stream_id = $3 AND ordinal > $4 ORDER BY ordinal",
          place.project, place.key.record_id, seen);
    }
    return out;
  });
}

// A SQLite store is one process's: what that does not write nobody writes.
bool Streams::is_dead(const StreamPlace& place, const State& state) const {
  if (!state.stream || state.stream->ended) return false;
  const std::lock_guard lock(mutex_);
  const auto is_here = [&](const Writing* writing) { return writing->place_.key.record_id == place.key.record_id; };
  if (std::ranges::any_of(writing_, is_here)) return false;
  return database_.engine() == "sqlite" || state.stream->alive_at < clock_().ms - alive_ms;
}

// Stored like any event, so that all who go on with the stream are told the same, and fenced by the event's id: should
// the process be alive after all, one of the two is first.
void Streams::end_dead(const StreamPlace& place) {
  try {
    database_.write(place.company, [&](db::Tenant& tenant) {
      const auto last = tenant.scalar<std::int64_t>(
          "SELECT MAX(ordinal) FROM chat_stream_events WHERE company_id = $1 AND project_id = $2 AND stream_id = $3",
          place.project, place.key.record_id);
      const auto event =
          failure(ErrorCode::overloaded, "The server stopped before the answer was complete; ask again", {});
      insert(tenant, place, static_cast<std::size_t>(last.value_or(0)) + 1, std::span(&event, 1));
      renew(tenant, place, clock_(), true);
    });
  } catch (const db::UniqueViolation&) {
  }
}

void Streams::follow(const StreamPlace& place, std::size_t seen, http::EventSink& sink) {
  std::optional<std::int64_t> began_at;
  while (true) {
    const auto known = news();
    const auto state = look(place, seen);
    // Erased with its project, or failed and another in its place: cut, as nothing more can be said of it.
    if (!state.stream || began_at.value_or(state.stream->began_at) != state.stream->began_at) throw http::ClientGone();
    began_at = state.stream->began_at;
    for (const auto& row : state.events) {
      const auto event = opened(place, row);
      seen = static_cast<std::size_t>(row.ordinal);
      sink.send(std::to_string(seen), event.name, event.data);
    }
    if (state.stream->ended) return;
    if (sink.gone()) throw http::ClientGone();
    if (!state.events.empty()) continue;
    if (is_dead(place, state)) {
      end_dead(place);
    } else {
      wait_for_more(known);
    }
  }
}

std::uint64_t Streams::news() const {
  const std::lock_guard lock(mutex_);
  return news_;
}

void Streams::wait_for_more(std::uint64_t known) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, look_again, [&] { return news_ != known; });
}

void Streams::show_life(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait(lock, stop, [&] { return !writing_.empty(); });
    changed_.wait_for(lock, stop, life_sign, [] { return false; });
    std::vector<StreamPlace> places;
    for (const auto* writing : writing_) places.push_back(writing->place_);
    lock.unlock();
    for (const auto& place : places) {
      try {
        database_.write(place.company, [&](db::Tenant& tenant) { renew(tenant, place, clock_(), false); });
      } catch (const std::exception& e) {
        log::warn("a stream's sign of life was not stored", {{"error", e.what()}});
      }
    }
    lock.lock();
  }
}

}  // namespace oprag::chat
