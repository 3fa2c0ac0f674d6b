#include "http/connection.hpp"

#include "base/environment.hpp"
#include "base/log.hpp"
#include "http/turn.hpp"
#include "http/wire.hpp"

namespace oprag::http {

namespace asio = boost::asio;

namespace {

// The path as the application knows it, whether or not a proxy has taken the prefix away.
std::string_view without_prefix(std::string_view target, std::string_view prefix) {
  if (prefix.empty() || !target.starts_with(prefix)) return target;
  const auto rest = target.substr(prefix.size());
  return rest.empty() ? "/" : rest.starts_with('/') ? rest : target;
}

}  // namespace

Connection::Connection(Services services, asio::ip::tcp::socket socket, asio::ssl::context* tls)
    : services_(services), channel_(std::move(socket), tls) {
  channel_.allow(services_.settings.head_time);
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  try {
    if (co_await channel_.shake_hands()) co_await serve();
  } catch (const std::exception& fault) {
    log::error("connection failed", {{"what", fault.what()}});
  }
  cut();
}

asio::awaitable<void> Connection::run_refused() {
  const auto self = shared_from_this();
  if (co_await channel_.shake_hands()) {
    Request request;
    request.id = random_uuid();
    const auto response = services_.application.refuse(request, {ErrorCode::overloaded, "Too many connections"});
    const auto head = response_head(response, {.length = response.body.size(), .close = true});
    if (co_await send({asio::buffer(head), asio::buffer(response.body)})) co_await channel_.linger();
  }
  cut();
}

void Connection::check_deadline(Clock::time_point now) {
  if (channel_.late(now)) cut();
}

void Connection::finish() {
  finishing_ = true;
  if (idle_) cut();
}

void Connection::cut() {
  channel_.cut();
  if (exchange_) exchange_->abandon();
}

asio::awaitable<void> Connection::serve() {
  bool go_on = true;
  while (go_on && !finishing_) {
    auto head = co_await read_head();
    if (!head) co_return;
    go_on = co_await serve_one(std::move(*head));
  }
  co_await channel_.linger();
}

asio::awaitable<std::optional<Connection::ReadHead>> Connection::read_head() {
  auto& received = channel_.received();
  idle_ = received.empty();
  channel_.allow(idle_ ? services_.settings.idle_time : services_.settings.head_time);
  while (true) {
    if (received.starts_with("\r\n")) received.erase(0, 2);  // some clients end a body with a line end too many
    const auto length = head_length(received);
    if (!length) co_return std::unexpected(length.error());
    if (*length > 0) {
      auto head = parse_head(std::string_view(received).substr(0, *length));
      received.erase(0, *length);
      co_return head;
    }
    if (!co_await channel_.receive()) co_return std::nullopt;
    if (std::exchange(idle_, false)) channel_.allow(services_.settings.head_time);
  }
}

std::expected<void, Refusal> Connection::read_request(Head& head) {
  auto& request = head.request;
  request.client = services_.settings.trusted_proxies.client_address(channel_.peer(), request.headers);
  const auto target = request.target;
  if (!read_target(request, without_prefix(target, services_.settings.path_prefix))) {
    return std::unexpected(Refusal{ErrorCode::invalid_request, "Malformed request: request target"});
  }
  request.target = target;
  return {};
}

// True when the connection can take another request.
asio::awaitable<bool> Connection::serve_one(ReadHead head) {
  const auto malformed = head ? read_request(*head) : std::unexpected(head.error());
  Turn turn(channel_.executor(), head ? std::move(*head) : Head{});
  exchange_ = turn.exchange;
  turn.request.id = random_uuid();

  bool answered = true;
  if (!malformed) {
    turn.keep_alive = false;
    refuse(turn, malformed.error());
  } else {
    exchange_->plan = services_.application.plan(turn.request);
    answered = (exchange_->plan.streamed || co_await read_whole_body(turn)) && co_await run_handler(turn);
  }
  if (answered) {
    if (!turn.decoder.done() || finishing_) turn.keep_alive = false;  // what is left of the body is not a request
    turn.outcome.complete = co_await send_answer(turn);
  } else {
    turn.outcome.complete = false;
  }
  exchange_->abandon();
  turn.outcome.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - turn.started);
  services_.application.completed(turn.request, exchange_->plan, turn.outcome);
  exchange_ = nullptr;
  co_return turn.outcome.complete&& turn.keep_alive;
}

void Connection::refuse(Turn& turn, const Refusal& refusal) {
  turn.refused = true;
  turn.answer = {services_.application.refuse(turn.request, refusal), false};
}

asio::awaitable<bool> Connection::send(std::vector<asio::const_buffer> bytes) {
  channel_.allow(services_.settings.write_time);
  return channel_.send(std::move(bytes));
}

}  // namespace oprag::http
