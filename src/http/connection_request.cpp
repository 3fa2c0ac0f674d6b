// From the head of a request to its answer: the body, and the handler on its pool.
#include <algorithm>

#include "base/log.hpp"
#include "http/turn.hpp"
#include "http/wire.hpp"

namespace oprag::http {

namespace asio = boost::asio;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t slowest_body = 16 << 10;  // bytes a second

// On a pool thread, to the end of the answer.
void run_stream(const std::shared_ptr<Exchange>& exchange, const WriteBody& stream) {
  const log::RequestScope scope(exchange->request.id);
  try {
    stream(*exchange);
    exchange->end_stream(true);
    return;
  } catch (const ClientGone&) {
  } catch (const std::exception& fault) {
    log::error("stream broke", {{"what", fault.what()}});
  }
  exchange->end_stream(false);
}

void run_request(const std::shared_ptr<Exchange>& exchange, Application& application, Pool& patient) {
  const log::RequestScope scope(exchange->request.id);
  auto response = application.respond(exchange->request, exchange->plan);
  auto stream = std::exchange(response.stream, nullptr);
  if (exchange->request.method == "HEAD" || !may_have_body(response.status)) stream = nullptr;

  if (!stream) {
    exchange->answer({std::move(response), false});
  } else if (exchange->plan.patient || exchange->plan.streamed) {
    exchange->answer({std::move(response), true});
    run_stream(exchange, stream);
  } else if (patient.try_post([exchange, stream] { run_stream(exchange, stream); })) {
    exchange->answer({std::move(response), true});
  } else {
    exchange->answer({application.refuse(exchange->request, {ErrorCode::overloaded, "All workers are busy"}), false});
  }
}

}  // namespace

// Adds some bytes of the body to `into`, at most one buffer full.
asio::awaitable<Connection::BodyRead> Connection::read_body(Turn& turn, std::string& into) {
  const auto limit = turn.exchange->plan.body_limit;
  if (turn.request.content_length.value_or(0) > limit) co_return BodyRead::too_large;
  auto& received = channel_.received();
  const auto before = into.size();
  while (!turn.decoder.done()) {
    const auto used = turn.decoder.feed(received, into, Exchange::buffer_size);
    if (!used) {
      refuse(turn, used.error());
      co_return BodyRead::refused;
    }
    received.erase(0, *used);
    turn.body_received += into.size() - before;
    if (turn.body_received > limit) co_return BodyRead::too_large;
    if (into.size() > before) co_return BodyRead::some;
    if (turn.decoder.done()) break;

    if (std::exchange(turn.continue_awaited, false) && received.empty()) {
      if (!co_await send({asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25)})) co_return BodyRead::lost;
    }
    channel_.allow_until(turn.started + services_.settings.body_time + seconds(turn.body_received / slowest_body));
    if (!co_await channel_.receive()) co_return BodyRead::lost;
  }
  co_return BodyRead::ended;
}

// False when the client is gone. A body that is too large is the dispatcher's to refuse, in its order of checks.
asio::awaitable<bool> Connection::read_whole_body(Turn& turn) {
  while (true) {
    switch (co_await read_body(turn, turn.request.body)) {
      case BodyRead::some:
        break;
      case BodyRead::ended:
        co_return true;
      case BodyRead::too_large:
        turn.request.body_too_large = true;
        turn.request.body.clear();
        co_return true;
      case BodyRead::refused:
        co_return true;
      case BodyRead::lost:
        co_return false;
    }
  }
}

// For a handler that reads the body itself. False when the client is gone.
asio::awaitable<bool> Connection::feed_handler(Turn& turn) {
  std::string bytes;
  const auto read = co_await read_body(turn, bytes);
  channel_.allow_until(Clock::time_point::max());
  if (read == BodyRead::lost) co_return false;
  if (read == BodyRead::refused) {
    turn.exchange->abandon();
  } else if (read == BodyRead::too_large) {
    turn.exchange->refuse_body();
  } else {
    turn.exchange->give_bytes(std::move(bytes));
  }
  co_return true;
}

// False when nobody is left to answer.
asio::awaitable<bool> Connection::run_handler(Turn& turn) {
  if (turn.refused) co_return true;  // while its body was read
  auto& exchange = *turn.exchange;
  const auto& settings = services_.settings;
  const bool patient = exchange.plan.patient || exchange.plan.streamed;
  if (exchange.plan.streamed) exchange.request.incoming = &exchange;

  auto job = [kept = turn.exchange, &application = services_.application, &pool = services_.patient] {
    run_request(kept, application, pool);
  };
  if (!services_.pool_for(exchange.plan).try_post(std::move(job))) {
    refuse(turn, {ErrorCode::overloaded, "All workers are busy"});
    co_return true;
  }

  channel_.allow_until(Clock::time_point::max());  // the client has done its part
  const auto time = patient ? settings.patient_time : settings.request_time;
  auto until = Clock::now() + time;
  while (true) {
    if (auto answer = exchange.take_answer()) {
      turn.answer = std::move(*answer);
      co_return true;
    }
    if (!channel_.is_open()) co_return false;
    if (exchange.wants_bytes()) {
      if (!co_await feed_handler(turn)) co_return false;
      if (turn.refused) co_return true;
      until = Clock::now() + time;
    } else if (Clock::now() >= until) {
      exchange.abandon();
      turn.keep_alive = false;
      refuse(turn, {ErrorCode::overloaded, "The request took too long"});
      co_return true;
    } else {
      co_await exchange.wait(until);
    }
  }
}

}  // namespace oprag::http
